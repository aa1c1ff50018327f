// Passes of the stage `simplify`: folds, canonical forms, dims known equal, weights by recipes.
include "mlir/Pass/PassBase.td"

def KeepStatesPass : Pass<"sinter-keep-states", "::mlir::ModuleOp"> {
  let summary = "Makes memory of the context of inputs and outputs that are a state: present = concat(past, new)";
  let description = [{
    Input:    a program as the importer wrote it, and pairs of an input and an output, or `by-name`.
    Output:   each pair is a `sinter.state`, stored with the dim that grows first, and a `sinter.append` of the new part; both have left
              the interface. A symbol that only such inputs bound is the state's number of rows, or what the program assumes it to equal.
    Not done: outputs that are another function of their input than a concatenation behind it, and those of branches and loops: a pair that
              was asked for is an error then, one that only its name suggests beside others a warning. GroupQueryAttention concatenates for
              a batch of 1 (`--dim`) and a total length that is known to be past and new ones together.
    Example:  test/passes/simplify/keep-states.mlir
  }];
  let options = [ListOption<"pairs", "pairs", "std::string", "Pairs IN=OUT">,
                 Option<"byName", "by-name", "bool", "false", "Take all pairs whose names say so">];
  let statistics = [Statistic<"numStates", "num-states", "States kept">];
}

def SubstituteDimsPass : Pass<"sinter-substitute-dims", "::mlir::ModuleOp"> {
  let summary = "Replaces dims that the program assumes equal by one of them";
  let description = [{
    Input:    a program with `sinter.assume .. eq ..`.
    Output:   everywhere but in the assumes themselves, a symbol that equals a formula without it is that formula. The checks stay.
              An equality that the others contradict is an error of the node that needs it, and so is a relation that holds for
              no values in the symbols' ranges.
    Not done: equalities that no symbol solves, such as B*S = T*U.
    Example:  test/passes/simplify/substitute-dims.mlir
  }];
  let statistics = [Statistic<"numSubstituted", "num-substituted", "Symbols replaced">];
}

def CanonicalizePass : Pass<"sinter-canonicalize", "::sinter::ProgramOp"> {
  let summary = "Folds constants and shapes, merges movement, moves transposes and broadcasts into contractions";
  let description = [{
    Input:    any program.
    Output:   equivalent, in canonical form: no shape arithmetic on known dims, at most one transpose between two other operators, no
              transpose or broadcast as an operand of a contraction, reshapes as close to the inputs as elementwise operators allow.
    Not done: rewrites that change rounding.
    Example:  test/passes/simplify/canonicalize.mlir
  }];
}

def SettleChecksPass : Pass<"sinter-settle-checks", "::sinter::ProgramOp"> {
  let summary = "Drops the checks of elements that need no look at the elements";
  let description = [{
    Input:    a program with `sinter.check_elements`, duplicates merged.
    Output:   a check stays once, on what is in memory anyway, where elements are data. One of elements that always lie inside is gone
              (positions of a maximum, remainders), one of elements that follow from sizes is a relation of these sizes.
    Not done: elements of large constant tables, which are weights.
    Example:  test/passes/simplify/settle-checks.mlir
  }];
  let statistics = [Statistic<"numSettled", "num-settled", "Checks dropped">];
}

def AlignReductionsPass : Pass<"sinter-align-reductions", "::sinter::ProgramOp"> {
  let summary = "Orders the dims of a contraction's result so that a softmax runs over the last one";
  let description = [{
    Input:    a canonical program.
    Output:   where scalar work, reductions of one dim, contractions and transposes alone read a contraction's result, that dim is its last: they
              read it in the new order, and the dim is one of the contraction's right operand. So attention is found whichever way its
              exporter multiplied: keys by queries, with a softmax over the keys in the middle.
    Not done: readers that need the order as it is, outputs of the program among them.
    Example:  test/passes/simplify/align-reductions.mlir
  }];
  let statistics = [Statistic<"numAligned", "num-aligned", "Contractions whose result has another order">];
}

def SinkReshapesPass : Pass<"sinter-sink-reshapes", "::sinter::ProgramOp"> {
  let summary = "Runs work under as few dims as possible and moves reshapes below it";
  let description = [{
    Input:    a canonical program.
    Output:   dims that a contraction always uses together are one dim, and reshapes stand behind elementwise operators, reductions and
              broadcasts instead of in front, so that [B, S, H] work becomes [B*S, H] work that fuses.
    Not done: reshapes whose other operands would have to be computed apart: a chain that would have fused stays.
    Example:  test/passes/simplify/sink-reshapes.mlir
  }];
}

def BuildRecipesPass : Pass<"sinter-build-recipes", "::mlir::ModuleOp"> {
  let summary = "Moves work on weights into recipes that run when the executable is written";
  let description = [{
    Input:    operators whose operands are weights.
    Output:   movement, casts and elementwise operators on weights and on constants of more than one value are recipes of new
              weights; a weight that only feeds recipes leaves the program. Equal recipes are one weight.
    Not done: results larger than their operands (broadcasts), reductions and contractions of weights.
    Example:  test/passes/simplify/build-recipes.mlir
  }];
  let statistics = [Statistic<"numRecipes", "num-recipes", "Recipes written">];
}

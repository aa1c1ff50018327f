// Passes of the stage `fuse`: which operators run together.
include "mlir/Pass/PassBase.td"

def MaterializeOutputsPass : Pass<"sinter-materialize-outputs", "::sinter::ProgramOp"> {
  let summary = "Gives every output of the program, and what it appends to states, a stage of its own to write it";
  let description = [{
    Input:    a program whose results may be arguments, weights, constants, or one value twice.
    Output:   each result is, through reshapes, the only output made of one computed value, whose memory is made when the
              result's dims are known; others are copied by a stage. The same holds for the rows of each `sinter.append`.
    Not done: outputs that are computed already: no copy.
    Example:  test/passes/fuse/materialize-outputs.mlir
  }];
  let statistics = [Statistic<"numCopies", "num-copies", "Copies made">];
}

def FormStagesPass : Pass<"sinter-form-stages", "::sinter::ProgramOp"> {
  let summary = "Groups operators into stages: one root with the scalar work around it";
  let description = [{
    Input:    a program of tensor operators.
    Output:   every operator but views (reshape), binds, weights and constants stands in a `sinter.stage`. With `fuse`, an operator joins the
              stage of its users when it is used by that stage only, needs no loop of its own there, and is computed once per
              element; a root takes the elementwise work on its result. Without, one operator per stage.
    Not done: sharing between stages: a value with several users is written to memory, unless it only moves data or is a few operations
              on indices, which each user repeats.
    Example:  test/passes/fuse/form-stages.mlir
  }];
  let options = [Option<"fuse", "fuse", "bool", "true", "Fuse; otherwise one operator per stage">];
  let statistics = [Statistic<"numStages", "num-stages", "Stages formed">];
}

def FormScansPass : Pass<"sinter-form-scans", "::sinter::ProgramOp"> {
  let summary = "Makes kernels of loops whose rows do not see each other: selective scans, linear attention";
  let description = [{
    Input:    a program of stages.
    Output:   a loop of stages that compute each row of what is carried from that row alone, and from memory, has `rows`: it is one kernel, whose
              tasks take rows through all iterations.
    Not done: loops that end early; products with weights or of many terms, as in an LSTM: a launch for each iteration does these faster.
    Source:   Gu and Dao, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces", 2023, section 3.3.2.
    Example:  test/passes/fuse/form-scans.mlir
  }];
  let statistics = [Statistic<"numScans", "num-scans", "Loops that became kernels">];
}

def HoistScalesPass : Pass<"sinter-hoist-scales", "::sinter::ProgramOp"> {
  let summary = "Moves scalar factors of a contraction's operands behind it";
  let description = [{
    Input:    a canonical program.
    Output:   no f32 or f64 operand of a contraction is, through reshapes, a product with a scalar that is read there only: the result is
              scaled instead. So attention is scaled in one place, whether its exporter scaled queries, keys or both.
    Not done: narrower types, whose sums might overflow before they are scaled. Changes rounding, so it runs with fusion only.
    Example:  test/passes/fuse/hoist-scales.mlir
  }];
}

def GroupStagesPass : Pass<"sinter-group-stages", "::sinter::ProgramOp"> {
  let summary = "Groups stages that compute row by row: softmax and normalizations as one kernel";
  let description = [{
    Input:    a program of stages.
    Output:   stages that share rows stand in a `sinter.group`. A reduction of lines to elements says what a row is: one of its results. A
              stage joins its readers' group when it is row-wise (scalar work, or a reduction of the same rows), and each reader in the
              group reads it in the row that it computes. Results that others read leave the group.
    Not done: reductions over other dims than the last ones; a single row, which has no parallel space, unless it is short.
    Source:   softmax and normalization as fused row kernels: Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018.
    Example:  test/passes/fuse/group-stages.mlir
  }];
  let statistics = [Statistic<"numGroups", "num-groups", "Groups formed">];
}

def MergeContractionsPass : Pass<"sinter-merge-contractions", "::sinter::ProgramOp"> {
  let summary = "Makes one contraction of those of one value with several weights: queries, keys and values";
  let description = [{
    Input:    a canonical program.
    Output:   contractions of the same value with weight matrices are one contraction with the weights joined along the columns, and a slice
              per former result. Bias vectors are joined too, where all have one.
    Not done: results that meet in elementwise work, as in a gated MLP; weights that are computed.
    Example:  test/passes/fuse/merge-contractions.mlir
  }];
  let statistics = [Statistic<"numMerged", "num-merged", "Contractions made of several">];
}

def SplitGatesPass : Pass<"sinter-split-gates", "::sinter::ProgramOp"> {
  let summary = "Makes two contractions of one whose result is read as a gate and what it gates";
  let description = [{
    Input:    a canonical program.
    Output:   a value times a weight matrix (and a bias vector), read, through a view or not, only as two equally wide slices of columns that meet in
              elementwise work, is two contractions with slices of the weight. sinter-form-stages makes them roots of one stage, so that the columns
              meet in registers.
    Not done: more than two slices; slices that only move on, as queries, keys and values.
    Example:  test/passes/fuse/split-gates.mlir
  }];
  let statistics = [Statistic<"numSplit", "num-split", "Contractions split">];
}

def FuseAttentionPass : Pass<"sinter-fuse-attention", "::sinter::ProgramOp"> {
  let summary = "Makes the two contractions around a softmax part of its group: attention as one kernel";
  let description = [{
    Input:    a program of stages and groups.
    Output:   a group whose rows a contraction makes (scores = q k) and a contraction alone reads (weights v) holds both: the matrix of scores
              is a row of scratch. What computes q for them alone, a rotary embedding say, joins it. The result's dims may lie in any order
              (`row_dims`). Each softmax that stays alone gets a remark why.
    Not done: other element types than f32; contractions over several dims, or with a weight.
    Source:   Vaswani et al., "Attention Is All You Need", 2017, section 3.2.1; Dao et al., "FlashAttention", 2022.
    Example:  test/passes/fuse/fuse-attention.mlir
  }];
  let statistics = [Statistic<"numFused", "num-fused", "Groups that became attention">];
}

def FuseProjectionsPass : Pass<"sinter-fuse-projections", "::sinter::ProgramOp"> {
  let summary = "Makes the contraction in front of a normalization part of its group";
  let description = [{
    Input:    a program of stages and groups, weights packed.
    Output:   a group without a contraction, whose rows a contraction with a packed weight makes, holds that stage too, in front; its result leaves
              the group if others read it behind.
    Not done: wide rows and large weights, which a task for a block of rows would read alone (projectionOf); contractions that others
              read before the group.
    Example:  test/passes/fuse/fuse-projections.mlir
  }];
  let statistics = [Statistic<"numFused", "num-fused", "Contractions that joined the stages of their rows">];
}

def JoinSiblingsPass : Pass<"sinter-join-siblings", "::sinter::ProgramOp"> {
  let summary = "Makes one stage of those that move, or compute elements of, one value: new keys and values of a cache";
  let description = [{
    Input:    a program of stages and groups.
    Output:   stages without roots, outside of groups, whose results have equal dims and which read a common value (not a weight or a scalar) are
              one stage with the results of all, up to 4, in the place of the last one; views of the others' results moved behind it.
    Not done: stages that one reader needs before the other is computed; constant pads, which have an emitter of their own.
    Example:  test/passes/fuse/join-siblings.mlir
  }];
  let statistics = [Statistic<"numJoined", "num-joined", "Stages that joined one before them">];
}

def SplitStagesPass : Pass<"sinter-split-stages", "::sinter::ProgramOp"> {
  let summary = "Takes groups apart again: one kernel per stage";
  let description = [{
    Input:    a program with `sinter.group`.
    Output:   the same stages without groups: the oracle of what groups compute.
    Not done: stages themselves stay whole.
    Example:  test/passes/fuse/split-stages.mlir
  }];
  let statistics = [Statistic<"numSplit", "num-split", "Groups taken apart">];
}

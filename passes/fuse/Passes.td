// Passes of the stage `fuse`: which operators run together.
include "mlir/Pass/PassBase.td"

def MaterializeOutputsPass : Pass<"sinter-materialize-outputs", "::sinter::ProgramOp"> {
  let summary = "Gives every output of the program a stage of its own to write it";
  let description = [{
    Input:    a program whose results may be arguments, weights, constants, or one value twice.
    Output:   each result is, through reshapes, the only output made of one computed value, whose memory is made when the
              result's dims are known; others are copied by a stage.
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
    Not done: sharing between stages: a value with several users is written to memory, unless it only moves data.
    Example:  test/passes/fuse/form-stages.mlir
  }];
  let options = [Option<"fuse", "fuse", "bool", "true", "Fuse; otherwise one operator per stage">];
  let statistics = [Statistic<"numStages", "num-stages", "Stages formed">];
}

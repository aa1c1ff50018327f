// Passes of the stage `kernel`: from stages of a program to compiled functions and their launches.
include "mlir/Pass/PassBase.td"

def MaterializePadsPass : Pass<"sinter-materialize-pads", "::sinter::ProgramOp"> {
  let summary = "Gives padded convolutions and maxima of windows an input that holds its own border";
  let description = [{
    Input:    `sinter.conv` or `sinter.window max` of floats, with pads.
    Output:   the same without pads on a `sinter.pad` of its input, with zeros or -inf: no bounds check in the inner loop.
    Not done: means, which do not count elements outside; argmax, whose indices are those of the input.
    Example:  test/passes/kernel/materialize-pads.mlir
  }];
  let statistics = [Statistic<"numPads", "num-pads", "Pads made">];
}

def SpillConstantsPass : Pass<"sinter-spill-constants", "::mlir::ModuleOp"> {
  let summary = "Moves tables out of the code into weights";
  let description = [{
    Input:    `sinter.constant` of any content.
    Output:   splats and constants of up to 4 elements stay; every other is a `sinter.weight` whose recipe is the constant.
    Not done: `sinter.shape`: its elements are dims.
    Example:  test/passes/kernel/spill-constants.mlir
  }];
  let statistics = [Statistic<"numSpilled", "num-spilled", "Constants moved">];
}

def PackOperandsPass : Pass<"sinter-pack-operands", "::sinter::ProgramOp"> {
  let summary = "Stores the weights of contractions as column panels";
  let description = [{
    Input:    contractions in canonical form (no transposes as operands).
    Output:   an f32 weight matrix that is summed over one dim and gives the result's innermost dim is read as `unpack(pack(w))`, on the
              right; sinter-build-recipes then moves the pack to compile time.
    Not done: weights of other ranks and element types; operands that are computed.
    Example:  test/passes/kernel/pack-operands.mlir
  }];
  let options = [Option<"width", "width", "int64_t", "16", "Columns of a panel: the register tile's">];
  let statistics = [Statistic<"numPacked", "num-packed", "Operands packed">];
}

def PackFiltersPass : Pass<"sinter-pack-filters", "::sinter::ProgramOp"> {
  let summary = "Stores the filters of convolutions as panels of a vector register or two";
  let description = [{
    Input:    convolutions.
    Output:   an f32 weight that is a filter is read as `unpack_filter` of reshape, transpose and pack, which sinter-build-recipes moves to
              compile time.
    Not done: filters that are computed; groups of so few filters that they fill less than half a vector (depthwise); a kernel of one
              pixel where lanes along pixels are faster (schedule::lanesAlongPixels).
    Example:  test/passes/kernel/pack-filters.mlir
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "256", "Vector register width of the target">,
                 Option<"l2Bytes", "l2-bytes", "int64_t", "524288", "L2 cache of a core of the target">];
  let statistics = [Statistic<"numPacked", "num-packed", "Filters packed">];
}

def OutlineKernelsPass : Pass<"sinter-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Turns stages into kernels and launches; equal kernels once";
  let description = [{
    Input:    a program of stages, groups of stages, views and weights.
    Output:   a `sinter.kernel` per distinct stage or group and a `sinter.launch` for each. What it reads becomes operands in order of use;
              symbols are renamed d0, d1, .. in order of appearance, so stages that differ in names only are one kernel.
    Not done: kernels that differ in a static size or a scalar constant stay different.
    Example:  test/passes/kernel/outline-kernels.mlir
  }];
  let statistics = [Statistic<"numKernels", "num-kernels", "Distinct kernels">, Statistic<"numLaunches", "num-launches", "Launches">];
}

def PlanKernelsPass : Pass<"sinter-plan-kernels", "::mlir::ModuleOp"> {
  let summary = "Chooses each kernel's emitter, task count and scratch";
  let description = [{
    Input:    kernels without schedule.
    Output:   kernels with `schedule = {emitter, tasks, flops, bytes, ..}`; tasks is a formula of the kernel's dims alone. `attention`, `attention_rows`, `project` or
              `rows` for groups, `scan` for loops, `contract`, `conv`, `conv_pixels`, `conv_rows` and `pad` where their emitter takes the kernel, else `map`.
              Attention of few rows is cut into `parts` of the keys, in `shared` bytes, which `merge` tasks of a second phase make the result of.
    Not done: measuring.
    Example:  test/passes/kernel/plan-kernels.mlir
  }];
  let options = [Option<"specialize", "specialize", "bool", "true", "Use the emitters of operator families; otherwise map only">,
                 Option<"vectorBits", "vector-bits", "int64_t", "256", "Vector register width of the target">,
                 Option<"numVectorRegisters", "vector-registers", "int64_t", "16", "Vector registers of the target">,
                 Option<"l2Bytes", "l2-bytes", "int64_t", "524288", "L2 cache of a core of the target">];
  let statistics = [Statistic<"numParallel", "num-parallel", "Kernels that may run in more than one task">,
                    Statistic<"numContract", "num-contract", "Kernels of the contraction emitter">,
                    Statistic<"numAttention", "num-attention", "Kernels of the attention emitter">,
                    Statistic<"numProjection", "num-projection", "Kernels of the projection emitter">];
}

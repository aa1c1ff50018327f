"""Which inputs of a conformance case become initializers for the run, and which dims of its inputs stay numbers.

ONNX's suite feeds everything as a graph input, also what decides the rank of a result or which axes an operator
touches. sinter's ranks are static, so such inputs must be constants: FROZEN. Values that only decide sizes stay run-time
inputs, but their length decides a rank and must be a number: RANKED. Both look through Cast, Concat, Unsqueeze and the
like, because expanded function bodies compute such operands.
"""
from models import PACKED
from onnx import numpy_helper

# (operator, operand) -> why its value must be a constant. OPERATOR:ATTRIBUTE stands for nodes where the attribute is
# set, "OPERATOR alone" for nodes with one operand, "OPERATOR beside If" for graphs with branches.
FROZEN = {
    **{(op, 1): "the reduced axes decide the rank" for op in (
        "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum "
        "ReduceSumSquare").split()},
    ("Squeeze", 1): "the axes decide the rank",
    ("Unsqueeze", 1): "the axes decide the rank",
    ("CumSum", 1): "the axis decides which loop is serial",
    ("Slice", 3): "the axes decide which dims change",
    ("Slice", 4): "the sign of a step decides the direction",
    ("Pad", 3): "the axes decide which dims change",
    ("Dropout", 2): "training mode decides which operator this is",
    ("DFT", 2): "the axis decides which dims are transformed",
    ("SplitToSequence", 1): "the parts decide how many elements the sequence has",
    ("Size beside If", 0): "the number of elements decides a branch",
    ("Resize:antialias", 2): "the scale decides how many neighbours are summed",
    ("Resize:antialias", 3): "the size decides how many neighbours are summed",
}

# (operator, operand) -> the axes (from the end, as negative numbers, or all) whose sizes decide a rank.
RANKED = {
    ("Reshape", 1): "the shape's length is the result's rank",
    ("Expand", 1): "the shape's length is the result's rank",
    ("ConstantOfShape", 0): "the shape's length is the result's rank",
    ("Tile", 1): "one repeat for each axis",
    ("Slice", 1): "one start for each sliced axis",
    ("Slice", 2): "one end for each sliced axis",
    ("Upsample", 1): "one scale for each axis",
    **{("Resize", k): "one region, scale or size for each axis" for k in (1, 2, 3)},
    ("DFT", 0): "a last dim of 1 is real, of 2 complex",
    ("CausalConvWithState", 1): "the size of the kernel is the number of terms",
    ("Pad", 1): "two pads for each axis",
    ("Split", 1): "one size for each result",
    ("GatherND", 1): "the last dim of the indices decides the rank",
    ("ScatterND", 1): "the last dim of the indices decides the rank",
}
ALL_DIMS = {("Squeeze alone", 0): "without axes, dims of 1 decide the rank",
            ("Resize:antialias", 0): "the sizes decide how many neighbours are summed",
            ("SplitToSequence", 0): "the size decides how many elements the sequence has"}

# Value-preserving or cheap integer operators through which an operand is traced back to graph inputs.
THROUGH = set("Cast CastLike Identity Concat Unsqueeze Squeeze Reshape Neg Add Sub Mul Slice Gather Flatten "
              "Constant Where Expand Split Mod Div Abs Range Max Min".split())
FROZEN_LIMIT = 64  # elements


def sources(name, makers, inputs, seen=None):
    """The graph inputs whose values reach `name` through THROUGH."""
    seen = set() if seen is None else seen
    if name in seen:
        return set()
    seen.add(name)
    if name in inputs:
        return {name}
    node = makers.get(name)
    if node is None or node.op_type not in THROUGH:
        return set()
    return set().union(*(sources(operand, makers, inputs, seen) for operand in node.input))


def operands(graph, table):
    """(graph input, key) for each operand of `table` that graph inputs reach."""
    makers = {out: node for node in graph.node for out in node.output}
    inputs = {value.name for value in graph.input}
    branches = any(node.op_type == "If" for node in graph.node)
    for node in graph.node:
        for k, operand in enumerate(node.input):
            kinds = [node.op_type, *(f"{node.op_type}:{a.name}" for a in node.attribute if a.i)]
            kinds += [f"{node.op_type} alone"] if len(node.input) == 1 else []
            kinds += [f"{node.op_type} beside If"] if branches else []
            key = next(((kind, k) for kind in kinds if (kind, k) in table), None)
            if operand and key:
                for name in sources(operand, makers, inputs):
                    yield name, key


def frozen_inputs(model):
    """Names of graph inputs to freeze -> reason."""
    graph = model.graph
    found = {name: FROZEN[key] for name, key in operands(graph, FROZEN)}
    found |= {value.name: "integers below 8 bits are constants" for value in graph.input
              if value.type.tensor_type.elem_type in PACKED}
    return {name: why for name, why in found.items() if size(graph, name) <= FROZEN_LIMIT}


def size(graph, name):
    dims = next(value for value in graph.input if value.name == name).type.tensor_type.shape.dim
    count = 1
    for dim in dims:
        count *= dim.dim_value
    return count


def freeze(model, values):
    """Turns the graph inputs named in `values` (name -> TensorProto) into initializers."""
    graph = model.graph
    for name, tensor in values.items():
        constant = numpy_helper.from_array(numpy_helper.to_array(tensor), name)
        graph.initializer.append(constant)
    kept = [value for value in graph.input if value.name not in values]
    del graph.input[:]
    graph.input.extend(kept)


def make_symbolic(model, ones=False):
    """Gives every dim of every input a symbol of its own, except those that decide a rank.

    A dim of 1 stays a number unless `ones`: a symbol is taken not to broadcast.
    """
    graph = model.graph
    fixed = {}
    for name, _ in operands(graph, RANKED):
        fixed.setdefault(name, set()).add(-1)
    for name, _ in operands(graph, ALL_DIMS):
        fixed[name] = "all"
    for value in graph.input:
        rank = len(value.type.tensor_type.shape.dim)
        for k, dim in enumerate(value.type.tensor_type.shape.dim):
            keep = fixed.get(value.name, ())
            if keep == "all" or k - rank in keep or (dim.dim_value == 1 and not ones):
                continue
            dim.dim_param = f"d_{''.join(c if c.isalnum() else '_' for c in value.name)}_{k}"
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    del graph.value_info[:]

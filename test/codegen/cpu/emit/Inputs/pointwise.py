"""Models and inputs of pointwise.test in the folder at hand: kernels of one pixel with 1 to 13 filters, and each kind of fused work."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
CHANNELS = 5
# Begins, ends and axes of slices.
PART = [numpy_helper.from_array(np.array(value), name) for name, value in (("one", [1]), ("two", [2]), ("seven", [7]), ("nine", [9]))]


def save(name, nodes, inputs, outputs, weights):
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info(x, TensorProto.FLOAT, shape) for x, shape in inputs.items()],
        [helper.make_tensor_value_info(y, TensorProto.FLOAT, None) for y in outputs],
        PART + [numpy_helper.from_array(rng.standard_normal(shape, dtype=np.float32), w) for w, shape in weights.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), f"{name}.onnx")
    for images in (1, 3):
        feed = {x: rng.standard_normal([images if d == "N" else d for d in shape], dtype=np.float32) for x, shape in inputs.items()}
        np.savez(f"{name}-{images}.npz", **feed)


def filters(name, spatial):
    """A result for each number of filters."""
    nodes, weights = [], {}
    for count in range(1, 14):
        weights |= {f"w{count}": [count, CHANNELS] + [1] * len(spatial), f"b{count}": [count]}
        nodes.append(helper.make_node("Conv", ["x", f"w{count}", f"b{count}"], [f"y{count}"]))
    save(name, nodes, {"x": ["N", CHANNELS, *spatial]}, [f"y{count}" for count in range(1, 14)], weights)


# Pixels that are whole blocks of both vector widths, of one, of neither; one to three spatial dims.
filters("whole", [8, 16])
filters("half", [9, 16])
filters("ragged", [9, 13])
filters("line", [77])
filters("volume", [3, 5, 7])

node = helper.make_node
WIDE = {"w": [20, CHANNELS, 1, 1], "b": [20]}
IMAGE = {"x": ["N", CHANNELS, 9, 13]}
save("residual", [node("Conv", ["x", "w", "b"], ["c"]), node("Add", ["c", "r"], ["s"]), node("Relu", ["s"], ["y"])],
     IMAGE | {"r": ["N", 20, 9, 13]}, ["y"], WIDE)
save("long", [node("Conv", ["x", "w", "b"], ["c"]), node("Sigmoid", ["c"], ["s"]), node("Mul", ["c", "s"], ["y"])], IMAGE, ["y"], WIDE)
save("gated", [node("Mul", ["x", "g"], ["u"]), node("Conv", ["u", "w", "b"], ["y"])], IMAGE | {"g": ["N", CHANNELS, 1, 1]}, ["y"], WIDE)
# A column's own addend is not linear in the flat pixel, before and behind the sums.
save("columns", [node("Add", ["x", "a"], ["u"]), node("Conv", ["u", "w", "b"], ["c"]), node("Add", ["c", "a"], ["y"])],
     IMAGE | {"a": [13]}, ["y"], WIDE)
# An input that is computed in place: channels of a wider one, rows of a larger one, a resized one.
save("part", [node("Slice", ["x", "two", "seven", "one"], ["u"]), node("Conv", ["u", "w", "b"], ["y"])], {"x": ["N", 8, 9, 13]}, ["y"], WIDE)
save("rows", [node("Slice", ["x", "two", "nine", "two"], ["u"]), node("Conv", ["u", "w", "b"], ["y"])], {"x": ["N", CHANNELS, 11, 13]}, ["y"], WIDE)
save("last", [node("Transpose", ["x"], ["u"], perm=[0, 3, 1, 2]), node("Conv", ["u", "w", "b"], ["y"])], {"x": ["N", 9, 13, CHANNELS]}, ["y"], WIDE)
# A filter that is not known before run time.
save("computed", [node("Conv", ["x", "w"], ["y"])], IMAGE | {"w": [20, CHANNELS, 1, 1]}, ["y"], {})
# Enough work for several tasks, long sums.
save("tasks", [node("Conv", ["x", "w", "b"], ["y"])], {"x": ["N", 96, 37, 41]}, ["y"], {"w": [50, 96, 1, 1], "b": [50]})

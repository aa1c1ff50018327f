"""Two model-local functions of one name."""
import wire
from onnx import TensorProto, helper

opsets = [helper.make_opsetid("", 20), helper.make_opsetid("local", 1)]
function = helper.make_function("local", "Same", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], opsets[:1])
infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in "xy"]
graph = helper.make_graph([helper.make_node("Same", ["x"], ["y"], "call", domain="local")], "g", infos[:1], infos[1:])
model = helper.make_model(graph, opset_imports=opsets, functions=[function, function], ir_version=10)
wire.target().write_bytes(model.SerializeToString())

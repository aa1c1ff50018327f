"""Sixty functions that call the next one twice: 2^60 nodes when expanded."""
import wire
from onnx import TensorProto, helper

opsets = [helper.make_opsetid("", 20), helper.make_opsetid("local", 1)]
functions = []
for k in range(60):
    calls = [helper.make_node(f"F{k + 1}", [a], [b], domain="local") for a, b in (("a", "c"), ("c", "b"))]
    functions.append(helper.make_function("local", f"F{k}", ["a"], ["b"], calls, opsets))
functions.append(helper.make_function("local", "F60", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], opsets))
infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in "xy"]
graph = helper.make_graph([helper.make_node("F0", ["x"], ["y"], "call", domain="local")], "g", infos[:1], infos[1:])
wire.target().write_bytes(helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=10).SerializeToString())

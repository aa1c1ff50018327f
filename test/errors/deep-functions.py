"""1,000 model-local functions, each calling the next."""
import wire
from onnx import TensorProto, helper

opsets = [helper.make_opsetid("", 20), helper.make_opsetid("local", 1)]
functions = [helper.make_function("local", f"F{k}", ["a"], ["b"],
                                  [helper.make_node(f"F{k + 1}", ["a"], ["b"], domain="local")], opsets) for k in range(1000)]
functions.append(helper.make_function("local", "F1000", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], opsets))
infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [2]) for n in "xy"]
graph = helper.make_graph([helper.make_node("F0", ["x"], ["y"], "call", domain="local")], "g", infos[:1], infos[1:])
wire.target().write_bytes(helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=10).SerializeToString())

"""200 nodes that read values which nothing produces: the list of errors is bounded."""
import wire
from onnx import TensorProto, helper

nodes = [helper.make_node("Relu", [f"lost{k}"], [f"y{k}"], f"node{k}") for k in range(200)]
output = helper.make_tensor_value_info("y0", TensorProto.FLOAT, [2])
model = helper.make_model(helper.make_graph(nodes, "g", [], [output]), opset_imports=[helper.make_opsetid("", 20)],
                          ir_version=10)
wire.target().write_bytes(model.SerializeToString())

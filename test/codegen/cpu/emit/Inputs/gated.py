"""Writes y = Relu(x G) * (x U) with constant G and U [520, 530] to the file named by the argument."""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
weights = [numpy_helper.from_array(rng.standard_normal((520, 530)).astype(np.float32), name) for name in "GU"]
nodes = [helper.make_node("MatMul", ["x", "G"], ["g"]), helper.make_node("MatMul", ["x", "U"], ["u"]),
         helper.make_node("Relu", ["g"], ["a"]), helper.make_node("Mul", ["a", "u"], ["y"])]
graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["M", 520])],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["M", 530])], weights)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), sys.argv[1])

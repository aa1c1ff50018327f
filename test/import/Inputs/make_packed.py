"""Writes a model with int4 weights, an input for it and what it should give; argument: the file to write.

The weights have an odd count, so that half a byte is padding.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

path = Path(sys.argv[1])
count = 12001
values = (np.arange(count) * 7 % 16 - 8).astype(np.int8)
nibbles = np.append(values, 0).astype(np.uint8) & 15
packed = (nibbles[::2] | nibbles[1::2] << 4).tobytes()
weight = TensorProto(name="w", data_type=TensorProto.INT4, dims=[1, count], raw_data=packed)
same = TensorProto(name="same", data_type=TensorProto.UINT8, dims=[count // 2 + 1], raw_data=bytes(packed[::-1]))
scale = helper.make_tensor("scale", TensorProto.FLOAT, [], [0.5])
nodes = [helper.make_node("DequantizeLinear", ["w", "scale"], ["d"]), helper.make_node("Mul", ["x", "d"], ["y"]),
         helper.make_node("Max", ["same", "same"], ["z"])]
graph = helper.make_graph(
    nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["B", count])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, None), helper.make_tensor_value_info("z", TensorProto.UINT8, None)],
    [weight, same, scale])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), path)
x = np.linspace(-1, 1, 2 * count, dtype=np.float32).reshape(2, count)
np.save(path.parent / "x.npy", x)
(path.parent / "expected").mkdir()
np.save(path.parent / "expected" / "y.npy", x * (values * np.float32(0.5)))
np.save(path.parent / "expected" / "z.npy", np.frombuffer(packed[::-1], np.uint8))

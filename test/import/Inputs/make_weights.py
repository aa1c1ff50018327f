"""Writes a model whose initializers are kept in every way that ONNX has; argument: the file to write."""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

path = Path(sys.argv[1])
first = np.arange(2048, dtype=np.float32).reshape(64, 32)
tensors = [
    numpy_helper.from_array(first, "first"),
    numpy_helper.from_array(first.copy(), "second"),
    numpy_helper.from_array(first.reshape(2048), "third/w:0"),
    numpy_helper.from_array(np.full((64, 32), 0.5, np.float32), "splat"),
    helper.make_tensor("typed", TensorProto.INT64, [1100], np.arange(1100)),
    TensorProto(name="outside", data_type=TensorProto.FLOAT, dims=[64, 32], data_location=TensorProto.EXTERNAL),
    numpy_helper.from_array(np.arange(4, dtype=np.int8), "small"),
    numpy_helper.from_array(first + 1, "unused"),
]
for key, value in {"location": "data.bin", "offset": "16", "length": "8192"}.items():
    tensors[5].external_data.add(key=key, value=value)
(path.parent / "data.bin").write_bytes(bytes(16) + (first * 2).tobytes())
names = [tensor.name for tensor in tensors[:-1]]
nodes = [helper.make_node("Abs", [name], [f"y{k}"]) for k, name in enumerate(names)]
outputs = [helper.make_tensor_value_info(f"y{k}", tensor.data_type, None) for k, tensor in enumerate(tensors[:-1])]
graph = helper.make_graph(nodes, "g", [], outputs, tensors)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)

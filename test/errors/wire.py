"""Small pieces for the generators of malformed files: a valid model to damage, and raw protobuf fields."""
import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper


def target():
    """The file that the generator that is running must write."""
    return Path(sys.argv[1]) / (Path(sys.argv[0]).stem + ".onnx")


def add_weight(weight):
    """A model y = x + w whose initializer w is the given TensorProto."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 3])
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"], "sum")], "g", [x], [y], [weight])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def weight(dims=(2, 3), data_type=TensorProto.FLOAT, raw=b"\0" * 24):
    """A TensorProto `w` with exactly these fields, consistent or not."""
    tensor = TensorProto(name="w", data_type=data_type, raw_data=raw)
    tensor.dims.extend(dims)
    return tensor


def external(**entries):
    """A TensorProto `w` of 2x3 floats whose data lies in another file."""
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    tensor.dims.extend([2, 3])
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def write(tensor):
    target().write_bytes(add_weight(tensor).SerializeToString())


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def message(number, payload):
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload

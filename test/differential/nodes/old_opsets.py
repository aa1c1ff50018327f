"""Cases of the default domain at opsets 7 to 12: axes, bounds and pads that were attributes, and Softmax over flat rows."""
from functools import partial

import numpy as np

from .case import Case, normal

ALL = range(7, 13)


def integers(*values):
    return np.array(values, np.int64)


def reductions(x):
    for op in ("Softmax", "LogSoftmax", "Hardmax"):
        for axis in (0, 1, 2):
            yield Case(f"{op}{axis}", op, {"x": x}, {"axis": axis}, opsets=ALL, symbols={"x": ["B", "S", "D"]})
        yield Case(f"{op}-default", op, {"x": x}, opsets=ALL)
        yield Case(f"{op}-negative", op, {"x": x}, {"axis": -2}, opsets=(11, 12))
    positive = {"x": np.abs(x) + np.float32(0.1)}
    for op in ("Sum Mean Max Min Prod L1 L2 LogSum LogSumExp SumSquare").split():
        yield Case(f"Reduce{op}", f"Reduce{op}", positive, {"axes": [1], "keepdims": 0}, opsets=ALL)
        yield Case(f"Reduce{op}-all", f"Reduce{op}", positive, opsets=(7,))
        yield Case(f"Reduce{op}-negative", f"Reduce{op}", positive, {"axes": [-1, 0]}, opsets=(11,))
    for op in ("ArgMax", "ArgMin"):
        yield Case(op, op, {"x": x}, {"axis": 1}, opsets=ALL)
        yield Case(f"{op}-drop", op, {"x": x}, {"axis": 2, "keepdims": 0}, opsets=ALL)
    yield Case("ArgMax-last", "ArgMax", {"x": np.round(x)}, {"axis": -1, "select_last_index": 1}, opsets=(12,))
    pair, count = {"outputs": ("v", "i")}, {"k": integers(2)}
    yield Case("TopK-1", "TopK", {"x": x}, {"k": 2, "axis": 2}, opsets=(7, 8, 9), **pair)
    yield Case("TopK-10", "TopK", {"x": x} | count, {"axis": 1}, opsets=(10,), constants=("k",), **pair)
    yield Case("TopK-11", "TopK", {"x": x} | count, {"axis": -2, "largest": 0}, opsets=(11,), constants=("k",), **pair)
    yield Case("CumSum", "CumSum", {"x": x, "a": np.array(1, np.int32)}, {"reverse": 1}, opsets=(11,), constants=("a",))


def shapes(f, x):
    thin = f(1, 3, 1, 4)
    yield Case("Squeeze", "Squeeze", {"x": thin}, {"axes": [0]}, opsets=ALL)
    yield Case("Squeeze-all", "Squeeze", {"x": thin}, opsets=ALL)
    yield Case("Squeeze-negative", "Squeeze", {"x": thin}, {"axes": [-2]}, opsets=(11,))
    yield Case("Unsqueeze", "Unsqueeze", {"x": x}, {"axes": [0, 2]}, opsets=ALL)
    yield Case("Unsqueeze-negative", "Unsqueeze", {"x": x}, {"axes": [-1]}, opsets=(11,))
    two = {"outputs": ("a", "b")}
    yield Case("Split", "Split", {"x": x}, {"axis": 2, "split": [1, 3]}, opsets=ALL, **two)
    yield Case("Split-even", "Split", {"x": x}, {"axis": 2}, opsets=ALL, **two)
    yield Case("Split-negative", "Split", {"x": x}, {"axis": -1, "split": [3, 1]}, opsets=(11,), **two)
    yield Case("Slice-1", "Slice", {"x": x}, {"starts": [1, -3], "ends": [3, 100], "axes": [1, 2]}, opsets=(7,))
    yield Case("Slice-1-leading", "Slice", {"x": x}, {"starts": [0, 1], "ends": [2, -1]}, opsets=(7,))
    bounds = {"s": integers(-1, 0), "e": integers(-100, 4), "a": integers(1, 2), "t": integers(-1, 2)}
    yield Case("Slice-10", "Slice", {"x": x} | bounds, opsets=(10, 11), constants=tuple(bounds))
    for mode, pads in (("constant", [0, 1, 2, 1, 0, 1]), ("reflect", [0, 1, 2, 0, 0, 1]), ("edge", [0, 1, 2, 1, 0, 1]),
                       ("constant", [0, -1, 0, 1, 0, -2])):
        yield Case(f"Pad-2-{mode}", "Pad", {"x": x}, {"pads": pads, "mode": mode} | ({"value": 2.5} if mode == "constant" else {}),
                   opsets=(7,))
    yield Case("Pad-11", "Pad", {"x": x, "p": integers(0, 1, 2, 1, 0, 1), "v": np.float32(1.5)}, opsets=(11,), constants=("p",))
    yield Case("Flatten", "Flatten", {"x": x}, {"axis": 2}, opsets=ALL)
    yield Case("Concat", "Concat", {"x": x, "y": f(2, 1, 4)}, {"axis": 1}, opsets=ALL)
    yield Case("Expand", "Expand", {"x": f(3, 1), "s": integers(2, 1, 4)}, opsets=(8,), constants=("s",))
    yield Case("Tile", "Tile", {"x": x, "r": integers(1, 2, 3)}, opsets=(7,), constants=("r",))
    yield Case("Reshape", "Reshape", {"x": x, "s": integers(0, -1)}, opsets=(7,), constants=("s",))
    yield Case("Gather", "Gather", {"x": x, "i": integers(2, 0)}, {"axis": 1}, opsets=ALL)
    rows = np.array([[[0, 1, 2, 0]], [[2, 1, 0, 1]]])
    for op, opset in (("Scatter", 9), ("ScatterElements", 11)):
        yield Case(op, op, {"x": x, "i": rows, "u": f(2, 1, 4)}, {"axis": 1}, opsets=(opset,))
    yield Case("GatherElements", "GatherElements", {"x": x, "i": rows}, {"axis": 1}, opsets=(11,))
    yield Case("GatherND", "GatherND", {"x": x, "i": np.array([[1], [2]])}, {"batch_dims": 1}, opsets=(12,))


def elementwise(f, x):
    scalar = np.float32
    yield Case("Clip-6", "Clip", {"x": x}, {"min": -0.5, "max": 0.25}, opsets=(7,))
    yield Case("Clip-6-none", "Clip", {"x": x}, opsets=(7,))
    yield Case("Clip-11", "Clip", {"x": x, "l": scalar(-0.5), "h": scalar(0.3)}, opsets=(11, 12))
    yield Case("Clip-11-high", "Clip", {"x": x, "_l": 0, "h": scalar(0.3)}, opsets=(11, 12))
    yield Case("Dropout", "Dropout", {"x": x}, {"ratio": 0.3}, opsets=(7, 8, 9, 10, 11))
    yield Case("Dropout-12", "Dropout", {"x": x, "r": scalar(0.3)}, opsets=(12,), constants=("r",), outputs=("y", "mask"))
    for op in ("Max", "Min", "Sum", "Mean"):
        yield Case(op, op, {"x": x, "y": f(2, 3, 4), "z": f(2, 3, 4)}, opsets=ALL)
    for op in ("Less", "Greater"):
        yield Case(op, op, {"x": np.round(x), "y": scalar(0)}, opsets=ALL)
    yield Case("Equal", "Equal", {"x": integers(1, 2), "y": integers(1, 3)}, opsets=ALL)
    for name, exponent, opset in (("", f(4), 7), ("-square", integers(2), 12), ("-integers", integers(3, 1, 2, 0), 12)):
        yield Case(f"Pow{name}", "Pow", {"x": np.abs(x), "y": exponent}, opsets=(opset,))
    yield Case("PRelu", "PRelu", {"x": x, "s": f(3, 1)}, opsets=ALL)
    yield Case("Cast", "Cast", {"x": x * 3}, {"to": 6}, opsets=ALL)


def images(f):
    x, scale, bias, mean, variance = f(2, 3, 6, 7), f(3), f(3), f(3), np.abs(f(3)) + np.float32(0.1)
    statistics = {"s": scale, "b": bias, "m": mean, "v": variance}
    yield Case("BatchNormalization", "BatchNormalization", {"x": x} | statistics, opsets=ALL)
    yield Case("BatchNormalization-flat", "BatchNormalization", {"x": f(2, 3)} | statistics, {"spatial": 1}, opsets=(7,))
    each = {key: np.abs(f(3, 6, 7)) + np.float32(0.1) for key in statistics}
    yield Case("BatchNormalization-each", "BatchNormalization", {"x": x} | each, {"spatial": 0}, opsets=(7,),
               symbols={"x": ["B", 3, 6, 7]})
    for op in ("MaxPool", "AveragePool"):
        yield Case(op, op, {"x": x}, {"kernel_shape": [2, 3], "strides": [2, 1], "pads": [1, 0, 1, 0]}, opsets=ALL)
        for pad in ("SAME_UPPER", "SAME_LOWER", "VALID"):
            yield Case(f"{op}-{pad}", op, {"x": x}, {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": pad}, opsets=ALL)
        yield Case(f"{op}-ceil", op, {"x": x}, {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1}, opsets=(10, 11, 12))
    yield Case("AveragePool-pads", "AveragePool", {"x": x}, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1},
               opsets=ALL)
    yield Case("MaxPool-indices", "MaxPool", {"x": x}, {"kernel_shape": [2, 2]}, opsets=(8, 10, 12), outputs=("y", "i"))
    yield Case("Conv", "Conv", {"x": x, "w": f(4, 3, 3, 3), "b": f(4)}, {"pads": [1] * 4, "strides": [2, 2]}, opsets=ALL,
               tolerance=1e-4)
    yield Case("Gemm", "Gemm", {"a": f(3, 4), "b": f(5, 4), "c": f(5)}, {"transB": 1, "alpha": 0.5, "beta": 2.0}, opsets=ALL)
    yield Case("DepthToSpace", "DepthToSpace", {"x": f(1, 8, 2, 3)}, {"blocksize": 2}, opsets=ALL)


def quantized(f, generator):
    def bytes_of(dtype, *shape):
        info = np.iinfo(dtype)
        return generator.integers(info.min, info.max + 1, shape).astype(dtype)

    u8, i8, scale = np.uint8, np.int8, np.float32
    x = bytes_of(u8, 2, 3, 4)
    yield Case("QuantizeLinear", "QuantizeLinear", {"x": f(2, 3, 4) * 50, "s": scale(0.7), "z": u8(100)}, opsets=(10,))
    yield Case("DequantizeLinear", "DequantizeLinear", {"x": x, "s": scale(0.7), "z": u8(100)}, opsets=(10,))
    for name, given in (("", f(2, 3, 4)), ("-zeros", np.zeros((2, 3), np.float32))):
        yield Case(f"DynamicQuantizeLinear{name}", "DynamicQuantizeLinear", {"x": given}, opsets=(11,), outputs=("y", "s", "z"))
    right = bytes_of(i8, 4, 5)
    for name, zero in (("", i8(-2)), ("-columns", bytes_of(i8, 5))):
        yield Case(f"MatMulInteger{name}", "MatMulInteger", {"a": x, "b": right, "az": u8(3), "bz": zero}, opsets=(10,))
    yield Case("QLinearMatMul", "QLinearMatMul", {"a": x, "as": scale(0.1), "az": u8(3), "b": right, "bs": scale(0.2), "bz": i8(-2),
                                                  "ys": scale(0.9), "yz": u8(120)}, opsets=(10,))
    image, filters = bytes_of(u8, 1, 2, 5, 5), bytes_of(i8, 4, 2, 3, 3)
    yield Case("ConvInteger", "ConvInteger", {"x": image, "w": bytes_of(u8, 4, 2, 3, 3), "xz": u8(7), "wz": u8(9)}, {"pads": [1] * 4},
               opsets=(10,))
    for name, scales, zeros in (("", scale(0.02), i8(0)), ("-features", np.abs(f(4)) / 50, np.zeros(4, i8))):
        given = {"x": image, "xs": scale(0.1), "xz": u8(7), "w": filters, "ws": scales, "wz": zeros, "ys": scale(0.9), "yz": u8(120),
                 "b": generator.integers(-900, 900, 4).astype(np.int32)}
        yield Case(f"QLinearConv{name}", "QLinearConv", given, {"pads": [1] * 4}, opsets=(10,), constants=("w", "ws", "wz", "b"))


def cases():
    generator = np.random.default_rng(2)
    f = partial(normal, generator)
    x = f(2, 3, 4)
    for family in (reductions(x), shapes(f, x), elementwise(f, x), images(f), quantized(f, generator)):
        yield from family

"""Quantized operators. Scales are powers of two and operands exact, so that no result depends on how a quotient is rounded."""
import numpy as np

from graph import NUMPY_TYPE, Unfit
from operators import makes
from operators.reductions import TERMS

RANGE = {"u8": (0, 255), "i8": (-128, 127)}


def scale_and_zero(g, v, dtype, zeros):
    """Per tensor, or per element of a static axis; the zero point is left out now and then. Returns (scale, zero, attributes)."""
    axes = [k for k, d in enumerate(v.shape) if d.constant is not None]
    if axes and g.rng.random() < 0.4:
        axis = g.rng.choice(axes)
        shape, attributes = [v.shape[axis].constant], {"axis": axis}
    else:
        shape, attributes = [], {}
    scale = g.constant(np.float32(2.0 ** g.numbers.integers(-6, -3, shape)))
    lo, hi = zeros[dtype]
    zero = g.constant(g.numbers.integers(lo, hi, shape).astype(NUMPY_TYPE[dtype]))
    return scale, zero if dtype != "u8" or g.rng.random() < 0.8 else None, attributes


@makes("QuantizeLinear")
def quantize(g, op):
    v = g.pick(lambda v: v.rank >= 1, ["f32"], exact=True)
    dtype = g.rng.choice(["u8", "i8"])
    scale, zero, attributes = scale_and_zero(g, v, dtype, {"u8": (100, 156), "i8": (-9, 9)})
    g.add(op, [v, scale, zero], (dtype, v.shape, *RANGE[dtype], 0), **attributes)


@makes("DequantizeLinear")
def dequantize(g, op):
    v = g.pick_raw(lambda v: v.rank >= 1, ["u8", "i8"])
    scale, zero, attributes = scale_and_zero(g, v, v.dtype, {"u8": (100, 156), "i8": (-9, 9)})
    g.add(op, [v, scale, zero], ("f32", v.shape, -64, 64, 0), **attributes)


@makes("quantized_weight")
def quantized_weight(g, _):
    """A product with a weight that is stored as int8, per column, and dequantized."""
    if "DequantizeLinear" not in g.allowed:
        raise Unfit
    a = g.pick(lambda v: v.rank >= 2 and v.shape[-1].constant is not None and v.shape[-1].constant <= TERMS, ["f32"])
    from operators.contractions import sum_of_products
    k, n = a.shape[-1].constant, g.rng.choice([4, 17])
    w = g.constant(g.numbers.integers(-64, 65, [k, n]).astype(np.int8), "w")
    scale = g.constant(np.full([n], 2.0**-6, np.float32))
    w = g.add("DequantizeLinear", [w, scale, g.constant(np.zeros([n], np.int8))], ("f32", [k, n], -1, 1, 0), axis=1)
    g.add("MatMul", [a, w], ("f32", [*a.shape[:-1], n], *sum_of_products(k, a, w)))


@makes("MatMulInteger")
def matmul_integer(g, op):
    a = g.pick_raw(lambda v: v.rank >= 2 and v.shape[-1].constant is not None and v.shape[-1].constant <= TERMS, ["u8", "i8"])
    k, n, dtype = a.shape[-1].constant, g.rng.choice([1, 5, 17]), g.rng.choice(["u8", "i8"])
    b = g.random_weight(dtype, [k, n], 0 if dtype == "u8" else -64, 64)
    zero_a = g.scalar(a.dtype, g.rng.randint(0, 100)) if g.rng.random() < 0.7 else None
    zero_b = g.scalar(dtype, g.rng.randint(0, 30)) if zero_a and g.rng.random() < 0.7 else None
    m = k * 360 * 100
    g.add(op, [a, b, zero_a, zero_b], ("i32", [*a.shape[:-1], n], -m, m, 0))


@makes("ConvInteger")
def conv_integer(g, op):
    from operators.contractions import spatial, window
    v = g.pick_raw(lambda v: v.rank == 4 and v.shape[1].constant is not None and v.shape[1].constant <= 16, ["u8"])
    c, outs = v.shape[1].constant, g.rng.choice([1, 4])
    sizes, strides, dilations, pads = window(g, v)
    w = g.random_weight("u8", [outs, c, *sizes], 0, 64)
    zero = g.scalar("u8", g.rng.randint(0, 30)) if g.rng.random() < 0.7 else None
    m = c * int(np.prod(sizes)) * 256 * 64
    g.add(op, [v, w, zero], ("i32", [v.shape[0], outs, *spatial(g, v, sizes, strides, dilations, pads, op)], -m, m, 0),
          strides=strides, dilations=dilations, pads=pads, kernel_shape=sizes)

"""Quantized operators. Scales are powers of two and operands exact, so that no result depends on how a quotient is rounded."""
import numpy as np

from dims import product
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


def power_scale(g, shape=()):
    return g.constant(np.float32(2.0 ** g.numbers.integers(-6, -3, shape)))


def requantized(g, count):
    """Scales of two operands, the second's by column now and then, and of their product: powers of two, so that a tie is a tie."""
    scale = g.scalar("f32", 2.0 ** g.rng.randint(-3, 2))
    return power_scale(g), power_scale(g, [count] if count and g.rng.random() < 0.4 else ()), scale


def bytes_that(g, fits):
    """A value of 8-bit integers, where a graph has none by QuantizeLinear."""
    try:
        return g.pick_raw(fits, ["u8", "i8"])
    except Unfit:
        v, dtype = g.pick(fits, ["f32"], exact=True), g.rng.choice(["u8", "i8"])
        return g.add("QuantizeLinear", [v, power_scale(g), g.scalar(dtype, g.rng.randint(0, 100))], (dtype, v.shape, *RANGE[dtype], 0))


@makes("QLinearMatMul")
def qlinear_matmul(g, op):
    a = bytes_that(g, lambda v: v.rank >= 2 and v.shape[-1].constant is not None and v.shape[-1].constant <= TERMS)
    k, n = a.shape[-1].constant, g.rng.choice([1, 5, 17])
    kind = g.rng.choice(["u8", "i8"]) if a.dtype == "u8" else "i8"
    b = g.random_weight(kind, [k, n], 0 if kind == "u8" else -64, 64)
    scale_a, scale_b, scale = requantized(g, n)
    zero_a = g.scalar(a.dtype, g.rng.randint(0, 100))
    zero_b = g.constant(g.numbers.integers(0, 30, scale_b.shape and [n]).astype(NUMPY_TYPE[kind]))
    zero = g.scalar(a.dtype, g.rng.randint(0, 100))
    g.add(op, [a, scale_a, zero_a, b, scale_b, zero_b, scale, zero], (a.dtype, [*a.shape[:-1], n], *RANGE[a.dtype], 0))


@makes("QLinearConv")
def qlinear_conv(g, op):
    from operators.contractions import spatial, window
    v = bytes_that(g, lambda v: v.rank in (3, 4) and v.shape[1].constant is not None and v.shape[1].constant <= 16)
    c = v.shape[1].constant
    group = g.rng.choice([1, 1, c])
    outs = group * g.rng.choice([1, 4])
    sizes, strides, dilations, pads = window(g, v)
    kind = g.rng.choice(["u8", "i8"]) if v.dtype == "u8" else "i8"
    w = g.random_weight(kind, [outs, c // group, *sizes], 0 if kind == "u8" else -64, 64)
    scale_v, scale_w, scale = requantized(g, outs if kind == "i8" else 0)
    zero_w = g.constant(np.zeros([outs], np.int8)) if scale_w.rank else g.scalar(kind, g.rng.randint(0, 30))
    zero_v, zero = (g.scalar(v.dtype, g.rng.randint(0, 100)) for _ in range(2))
    bias = g.random_weight("i32", [outs], -500, 500) if g.rng.random() < 0.6 else None
    g.add(op, [v, scale_v, zero_v, w, scale_w, zero_w, scale, zero, bias],
          (v.dtype, [v.shape[0], outs, *spatial(g, v, sizes, strides, dilations, pads, op)], *RANGE[v.dtype], 0),
          group=group, strides=strides, dilations=dilations, pads=pads, kernel_shape=sizes)


@makes("DynamicQuantizeLinear")
def dynamic_quantize(g, op):
    """The extremes, which are joined to the values, are 255 steps of 2^-6 apart: scale, zero point and ties are exact."""
    v = g.pick(dtypes=["f32"], exact=True)
    lo = -g.rng.randint(0, 128) / 64
    hi = lo + 255 / 64
    flat = g.moved("Reshape", g.clip(v, lo, hi), [product(v.shape)], g.ints([-1]))
    whole = g.add("Concat", [flat, g.constant(np.array([lo, hi], np.float32))], ("f32", [product(v.shape) + 2], lo, hi, 0), axis=0)
    y, scale, zero = g.add(op, [whole], ("u8", whole.shape, 0, 255, 0), ("f32", [], 2.0**-6, 2.0**-6, 0), ("u8", [], 0, 255, 0))
    if g.rng.random() < 0.5:
        g.add("DequantizeLinear", [y, scale, zero], ("f32", y.shape, -4, 4, 0))

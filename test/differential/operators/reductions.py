"""Reductions, prefix sums, selections and normalizations. n terms of size m add n roundings of n m."""
from math import log, sqrt

import numpy as np

from dims import product
from graph import TINY, Unfit
from operators import makes
from operators.movement import signed
from operators.scalars import FUNCTION

TERMS = 48  # the most elements that a sum may have


def reduced(g, v, op, since_input):
    """Chooses axes; returns (result shape, elements that one result covers, operands, attributes)."""
    axes = sorted(g.rng.sample(range(v.rank), g.rng.randint(1, min(2, v.rank))))
    count = g.most(product([v.shape[k] for k in axes]))
    if count > TERMS:
        raise Unfit
    keep = g.rng.randint(0, 1)
    shape = [1 if k in axes else d for k, d in enumerate(v.shape) if keep or k not in axes]
    written = [signed(g, k, v.rank) for k in axes]
    if g.opset >= since_input:
        return shape, count, [v, g.ints(written)], {"keepdims": keep}
    return shape, count, [v], {"keepdims": keep, "axes": written}


@makes("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
       "ReduceLogSum", "ReduceLogSumExp")
def reduction(g, op):
    integer = op in ("ReduceSum", "ReduceMax", "ReduceMin") and g.rng.random() < 0.3
    v = g.pick(lambda v: v.rank >= 1, ["i32", "i64"] if integer else g.floats)
    if op == "ReduceProd":
        v = g.clip(v, 0.5, 1.0625)
    if op == "ReduceLogSum":
        v = g.clip(v, 0.5, 8)
    if op == "ReduceSumSquare":
        v = g.clip(v, -2, 2)
    shape, n, operands, attributes = reduced(g, v, op, 13 if op == "ReduceSum" else 18)
    m, u, e = v.bound, v.unit, v.err
    lo, hi, err = {
        "ReduceSum": (min(n * v.lo, v.lo), max(n * v.hi, v.hi), n * e + n * n * u * m),
        "ReduceMean": (v.lo, v.hi, e + (n + 1) * u * m),
        "ReduceMax": (v.lo, v.hi, e), "ReduceMin": (v.lo, v.hi, e),
        "ReduceProd": (0, 1.0625**n, 1.0625**n * n * (2 * e + u)),
        "ReduceL1": (0, n * m, n * e + n * n * u * m),
        "ReduceL2": (0, sqrt(n) * m, sqrt(n) * e + (n + 4) * u * sqrt(n) * m),
        "ReduceSumSquare": (0, n * m * m, 2 * n * m * e + n * n * u * m * m),
        "ReduceLogSum": (log(0.5), log(8 * n), 2 * e + (n + FUNCTION) * u * (8 + log(8 * n))),
        "ReduceLogSumExp": (v.lo, v.hi + log(n), e + (n + FUNCTION) * u * (m + log(n) + 1)),
    }[op]
    g.add(op, operands, (v.dtype, shape, lo, hi, err), **attributes)


@makes("ArgMax", "ArgMin")
def argument(g, op):
    v = g.pick(lambda v: v.rank >= 1, ["f32", "f64", "i32"], exact=True)
    axis, keep = g.rng.randrange(v.rank), g.rng.randint(0, 1)
    shape = [1 if k == axis else d for k, d in enumerate(v.shape) if keep or k != axis]
    g.add(op, [v], ("i64", shape, 0, g.most(v.shape[axis]), 0), axis=signed(g, axis, v.rank), keepdims=keep,
          select_last_index=g.rng.randint(0, 1))


@makes("TopK")
def top(g, op):
    v = g.pick(lambda v: v.rank >= 1, ["f32", "f64", "i64"], exact=True)
    axis = g.rng.randrange(v.rank)
    k = g.rng.randint(1, min(4, g.least(v.shape[axis])))
    shape = [*v.shape[:axis], k, *v.shape[axis + 1 :]]
    g.add(op, [v, g.ints([k])], (v.dtype, shape, v.lo, v.hi, 0), ("i64", shape, 0, g.most(v.shape[axis]), 0),
          axis=signed(g, axis, v.rank), largest=g.rng.randint(0, 1))


@makes("CumSum")
def prefix_sum(g, op):
    v = g.pick(lambda v: v.rank >= 1, [t for t in g.floats if t != "f16"] + ["i32", "i64"])
    axis = g.rng.randrange(v.rank)
    n = g.most(v.shape[axis])
    if n > TERMS:
        raise Unfit
    m = v.bound * n
    g.add(op, [v, g.ints(signed(g, axis, v.rank))], (v.dtype, v.shape, -m, m, n * v.err + n * n * v.unit * v.bound),
          exclusive=g.rng.randint(0, 1), reverse=g.rng.randint(0, 1))


@makes("Softmax", "LogSoftmax")
def softmax(g, op):
    v = g.clip(g.pick(lambda v: v.rank >= 1, g.floats), -8, 8)
    axis = g.rng.randrange(v.rank)
    n = g.most(v.shape[axis])
    if n > TERMS:
        raise Unfit
    if op == "Softmax":
        lo, hi, err = 0, 1, v.err + (n + 2 * FUNCTION) * v.unit
    else:
        lo, hi, err = -17 - log(n), 0, 2 * v.err + (n + 2 * FUNCTION) * v.unit * (17 + log(n))
    g.add(op, [v], (v.dtype, v.shape, lo, hi, err), axis=signed(g, axis, v.rank))


def normalization_error(v, n, eps, scale):
    """(x - mean) / sqrt(var + eps) moves by at most 2 sqrt(n / eps) for a unit of x, and is at most sqrt(n)."""
    return scale * (2 * sqrt(n / eps) * (v.err + (n + 4) * v.unit * v.bound) + (n + FUNCTION) * v.unit * sqrt(n))


@makes("LayerNormalization", "RMSNormalization")
def normalization(g, op):
    v = g.pick(lambda v: v.rank >= 2 and v.shape[-1].constant not in (None, 1) and v.shape[-1].constant <= TERMS,
               [t for t in g.floats if t != "f16"])
    n, eps = v.shape[-1].constant, g.rng.choice([1.0, 0.125])
    operands = [v, g.random_weight(v.dtype, [n], 0.5, 1.5)]
    if op == "LayerNormalization" and g.rng.random() < 0.7:
        operands.append(g.random_weight(v.dtype, [n]))
    m = 1.5 * sqrt(n) + 1
    g.add(op, operands, (v.dtype, v.shape, -m, m, normalization_error(v, n, eps, 1.5) + v.unit * m),
          axis=g.rng.choice([-1, v.rank - 1]), epsilon=eps)


@makes("normalization_by_parts")
def normalization_by_parts(g, _):
    """LayerNormalization as exporters spell it: ReduceMean, Sub, Pow or Mul, ReduceMean, Add, Sqrt, Div."""
    v = g.pick(lambda v: v.rank >= 2 and v.shape[-1].constant not in (None, 1) and v.shape[-1].constant <= TERMS, g.floats)
    n, eps, t = v.shape[-1].constant, 0.5, v.dtype
    row = [*v.shape[:-1], 1]
    axes = ([g.ints([-1])], {}) if g.opset >= 18 else ([], {"axes": [-1]})
    m, u = v.bound, v.unit
    mean = g.add("ReduceMean", [v, *axes[0]], (t, row, v.lo, v.hi, v.err + (n + 1) * u * m), keepdims=1, **axes[1])
    centred = g.add("Sub", [v, mean], (t, v.shape, -2 * m, 2 * m, 2 * v.err + (n + 4) * u * m))
    square = (g.add("Mul", [centred, centred], (t, v.shape, 0, 4 * m * m, 5 * m * centred.err + 4 * u * m * m)) if g.rng.random() < 0.5 else
              g.add("Pow", [centred, g.scalar(t, 2)], (t, v.shape, 0, 4 * m * m, 5 * m * centred.err + FUNCTION * 4 * u * m * m)))
    variance = g.add("ReduceMean", [square, *axes[0]], (t, row, 0, 4 * m * m, square.err + (n + 1) * u * 4 * m * m), keepdims=1, **axes[1])
    shifted = g.add("Add", [variance, g.scalar(t, eps)], (t, row, eps, 4 * m * m + eps, variance.err + u * (4 * m * m + eps)))
    deviation = g.add("Sqrt", [shifted], (t, row, sqrt(eps), 2 * m + 1, shifted.err / sqrt(eps) + 2 * u * (2 * m + 1)))
    g.add("Div", [centred, deviation], (t, v.shape, -sqrt(n), sqrt(n), centred.err / sqrt(eps) + sqrt(n) * deviation.err / sqrt(eps)
                                        + 2 * u * sqrt(n) + TINY[t]))


@makes("BatchNormalization")
def batch_normalization(g, op):
    v = g.pick(lambda v: v.rank >= 2 and v.shape[1].constant is not None, [t for t in g.floats if t != "f16"])
    c = v.shape[1].constant
    scale, bias, mean = (g.random_weight(v.dtype, [c], lo, hi) for lo, hi in ((0.5, 1.5), (-1, 1), (-1, 1)))
    m = 1.5 * (v.bound + 1) / sqrt(0.5) + 1
    g.add(op, [v, scale, bias, mean, g.random_weight(v.dtype, [c], 0.5, 1.5)], (v.dtype, v.shape, -m, m, 2.2 * v.err + 8 * v.unit * m))


@makes("InstanceNormalization")
def instance_normalization(g, op):
    v = g.pick(lambda v: v.rank >= 3 and v.shape[1].constant is not None and 1 < g.most(product(v.shape[2:])) <= 2 * TERMS, ["f32"])
    c, n, eps = v.shape[1].constant, g.most(product(v.shape[2:])), 0.5
    m = 1.5 * sqrt(n) + 1
    g.add(op, [v, g.random_weight(v.dtype, [c], 0.5, 1.5), g.random_weight(v.dtype, [c])],
          (v.dtype, v.shape, -m, m, normalization_error(v, n, eps, 1.5) + v.unit * m), epsilon=eps)


@makes("GroupNormalization")
def group_normalization(g, op):
    v = g.pick(lambda v: v.rank >= 3 and v.shape[1].constant is not None, ["f32"])
    c, eps = v.shape[1].constant, 0.5
    groups = g.rng.choice([k for k in range(1, c + 1) if c % k == 0])
    n = g.most(product(v.shape[2:])) * (c // groups)
    if not 1 < n <= 2 * TERMS:
        raise Unfit
    m = 1.5 * sqrt(n) + 1
    g.add(op, [v, g.random_weight(v.dtype, [c], 0.5, 1.5), g.random_weight(v.dtype, [c])],
          (v.dtype, v.shape, -m, m, normalization_error(v, n, eps, 1.5) + v.unit * m), num_groups=groups, epsilon=eps)


@makes("SimplifiedLayerNormalization")
def simplified_normalization(g, op):
    """ONNX Runtime's in the default domain; the inverse deviation is at most 1 / sqrt(eps) and has slope eps^-1.5 / 2."""
    v = g.pick(lambda v: v.rank >= 2 and v.shape[-1].constant not in (None, 1) and v.shape[-1].constant <= TERMS, ["f32"])
    n, eps, m = v.shape[-1].constant, 0.5, 1.5 * sqrt(v.shape[-1].constant)
    square = 2 * v.bound * v.err + (n + 2) * v.unit * v.bound**2
    inverse = ("f32", [*v.shape[:-1], 1], 0, 1.5, 1.5 * square + FUNCTION * v.unit * 1.5)
    g.add(op, [v, g.random_weight("f32", [n], 0.5, 1.5)], ("f32", v.shape, -m, m, normalization_error(v, n, eps, 1.5)),
          *([inverse] if g.rng.random() < 0.4 else []), axis=-1, epsilon=eps)


@makes("LpNormalization")
def norm_to_one(g, op):
    """x / |x|, with |x| >= n^(1/p) / 2: an error e of x moves it by at most 4 e."""
    v = g.clip(g.pick(lambda v: v.rank >= 1, [t for t in g.floats if t != "f16"]), 0.5, 8)
    axis = g.rng.randrange(v.rank)
    n = g.most(v.shape[axis])
    if n > TERMS:
        raise Unfit
    g.add(op, [v], (v.dtype, v.shape, 0, 1, 4 * v.err + (n + FUNCTION) * v.unit), axis=signed(g, axis, v.rank), p=g.rng.randint(1, 2))

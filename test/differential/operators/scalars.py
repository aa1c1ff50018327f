"""Elementwise operators. A float function is described by its domain, its range and its Lipschitz constant there."""
from math import cosh, exp, inf, trunc

import numpy as np

from dims import Dim
from graph import INTEGERS, LIMIT, TINY, Unfit
from operators import makes

# References that compute f64 in f32: onnx.reference's erf, and 1/6 in HardSwish; ONNX has Celu for f32 only.
F32_REFERENCE = ("Celu", "Erf", "Gelu", "HardSwish")
FUNCTION = 16  # a library function is taken to be within this many unit roundoffs of the largest result

# name: (domain, largest result over |x| <= m or pair (lo, hi), Lipschitz constant over the domain)
FUNCTIONS = {
    "Exp": ((-4, 2), (0, exp(2)), exp(2)), "Log": ((0.25, 64), (-1.5, 4.2), 4), "Sqrt": ((0.25, 64), (0.5, 8), 1),
    "Reciprocal": ((0.25, 64), (0, 4), 16), "Sigmoid": ((-inf, inf), (0, 1), 0.25), "Tanh": ((-inf, inf), (-1, 1), 1),
    "Erf": ((-inf, inf), (-1, 1), 1.2), "Gelu": ((-8, 8), (-0.2, 8), 1.2), "Softplus": ((-8, 8), (0, 8.1), 1),
    "Softsign": ((-inf, inf), (-1, 1), 1), "Sin": ((-8, 8), (-1, 1), 1), "Cos": ((-8, 8), (-1, 1), 1),
    "Tan": ((-1, 1), (-1.6, 1.6), 3.5), "Asin": ((-0.875, 0.875), (-1.1, 1.1), 2.1),
    "Acos": ((-0.875, 0.875), (0.5, 2.7), 2.1), "Atan": ((-inf, inf), (-1.6, 1.6), 1), "Sinh": ((-3, 3), (-10.1, 10.1), cosh(3)),
    "Cosh": ((-3, 3), (1, 10.1), cosh(3)), "Asinh": ((-8, 8), (-2.8, 2.8), 1), "Acosh": ((1.25, 8), (0.6, 2.8), 1.4),
    "Atanh": ((-0.875, 0.875), (-1.4, 1.4), 4.3), "Elu": ((-8, 8), (-1, 8), 1), "Celu": ((-8, 8), (-1, 8), 1),
    "Selu": ((-8, 8), (-1.8, 8.5), 1.8), "LeakyRelu": ((-8, 8), (-8, 8), 1), "HardSigmoid": ((-inf, inf), (0, 1), 0.25),
    "HardSwish": ((-8, 8), (-0.4, 8), 1.5), "Mish": ((-8, 8), (-0.4, 8), 1.2), "Swish": ((-8, 8), (-0.3, 8), 1.2),
}


@makes(*FUNCTIONS)
def function(g, op):
    (lo, hi), (least, most), slope = FUNCTIONS[op]
    v = g.clip(g.pick(dtypes=["f32"] if op in F32_REFERENCE else g.floats), lo, hi)
    attributes = {"Gelu": {"approximate": g.rng.choice(["none", "tanh"])},
                  "LeakyRelu": {"alpha": g.rng.choice([0.01, 0.3])}}.get(op, {})
    g.add(op, [v], (v.dtype, v.shape, least, most, slope * v.err + FUNCTION * v.unit * max(abs(least), abs(most)) + TINY[v.dtype]),
          **attributes)


@makes("Abs", "Neg", "Relu")
def exact_unary(g, op):
    v = g.pick(dtypes=g.floats if op == "Relu" else g.floats + ["i32", "i64", "i8"])
    lo = 0 if v.lo <= 0 <= v.hi else min(abs(v.lo), abs(v.hi))
    lo, hi = {"Abs": (lo, v.bound), "Neg": (-v.hi, -v.lo), "Relu": (max(v.lo, 0), max(v.hi, 0))}[op]
    g.add(op, [v], (v.dtype, v.shape, lo, hi, v.err))


@makes("Floor", "Ceil", "Round", "Sign", "ThresholdedRelu", "Shrink")
def discontinuous(g, op):
    v = g.pick(dtypes=g.floats, exact=True)
    attributes = {"ThresholdedRelu": {"alpha": 0.5}, "Shrink": {"lambd": 0.5, "bias": g.rng.choice([0.0, 0.25])}}.get(op, {})
    # Shrink subtracts: its result is rounded once.
    err = v.unit * (v.bound + 1) if attributes.get("bias") else 0
    g.add(op, [v], (v.dtype, v.shape, v.lo - 1, v.hi + 1, err), **attributes)


@makes("Not", "BitwiseNot")
def inverted(g, op):
    v = g.pick(dtypes=["bool"] if op == "Not" else ["i32", "i64", "i8"])
    g.add(op, [v], (v.dtype, v.shape, *((0, 1) if op == "Not" else (-v.hi - 1, -v.lo - 1)), 0))


@makes("IsNaN", "IsInf")
def classified(g, op):
    v = g.pick(dtypes=[t for t in g.floats if t != "f16"])
    g.add(op, [v], ("bool", v.shape, 0, 1, 0), **({"detect_negative": g.rng.randint(0, 1)} if op == "IsInf" else {}))


@makes("special")
def special(g, _):
    """NaN and infinities where a condition holds, through operators that define what becomes of them."""
    v = g.pick(dtypes=[t for t in g.floats if t != "f16"], exact=True)
    number = g.rng.choice([np.nan, np.inf, -np.inf])
    where = g.add("Less", [v, g.scalar(v.dtype, 0.5)], ("bool", v.shape, 0, 1, 0))
    y = g.add("Where", [where, g.scalar(v.dtype, number), v], (v.dtype, v.shape, v.lo, v.hi, 0))
    z = g.add(g.rng.choice(["Neg", "Abs", "Identity"]), [y], (v.dtype, v.shape, -v.bound, v.bound, 0))
    bad = g.add("IsNaN" if np.isnan(number) else "IsInf", [z], ("bool", v.shape, 0, 1, 0))
    g.add("Where", [bad, v, z], (v.dtype, v.shape, -v.bound, v.bound, 0))
    outside = {y, z}
    g.pool = [p for p in g.pool if p not in outside]
    g.add("Add", [z, g.scalar(v.dtype, 1.0)], (v.dtype, v.shape, v.lo, v.hi, v.unit * (v.bound + 1)))
    g.extra_outputs.append(g.pool.pop())


def broadcast(g, a, b):
    """The shape of a op b, or None when ONNX's broadcasting does not hold for every size of the symbols."""
    rank = max(a.rank, b.rank)
    x, y = ((Dim.of(1),) * (rank - v.rank) + v.shape for v in (a, b))
    if not all(p == q or p == 1 or q == 1 for p, q in zip(x, y)):
        return None
    shape = tuple(q if p == 1 else p for p, q in zip(x, y))
    return shape if g.fits(shape) else None


def partner(g, a, exact=False, lo=-1, hi=1):
    """A second operand: another value of the type, or a constant with some of the static dims."""
    if g.rng.random() < 0.6:
        try:
            return g.pick(lambda b: broadcast(g, a, b) is not None, [a.dtype], exact)
        except Unfit:
            pass
    return weight_like(g, a, lo, hi)


def weight_like(g, a, lo, hi):
    rank = g.rng.randint(0, a.rank)
    shape = [d.constant if d.constant is not None and g.rng.random() < 0.8 else 1 for d in a.shape[a.rank - rank:]]
    return g.random_weight(a.dtype, shape, max(lo, 0) if a.dtype in ("u8", "u32") else lo, hi)


def hull(values):
    return min(values), max(values)


@makes("Add", "Sub", "Mul")
def arithmetic(g, op):
    a = g.pick(dtypes=g.floats * 3 + ["i32", "i64"])
    b = partner(g, a, hi=1 if a.is_float else 5)
    shape = broadcast(g, a, b)
    if op == "Add":
        lo, hi, err = a.lo + b.lo, a.hi + b.hi, a.err + b.err
    elif op == "Sub":
        lo, hi, err = a.lo - b.hi, a.hi - b.lo, a.err + b.err
    else:
        lo, hi = hull([x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)])
        err = a.err * b.bound + b.err * a.bound
    operands = [a, b] if op == "Sub" or g.rng.random() < 0.5 else [b, a]
    g.add(op, operands, (a.dtype, shape, lo, hi, err + a.unit * max(abs(lo), abs(hi)) + (TINY[a.dtype] if a.is_float else 0)))


@makes("Div")
def division(g, op):
    a = g.pick(dtypes=g.floats * 2 + ["i32", "i64"])
    if not a.is_float:
        b = g.random_weight(a.dtype, [], 1, 7)
        return g.add(op, [a, b], (a.dtype, a.shape, -a.bound, a.bound, 0))
    b = weight_like(g, a, 0.5, 2) if g.rng.random() < 0.5 else g.clip(partner(g, a), 0.5, 8)
    m = a.bound / 0.5
    return g.add(op, [a, b], (a.dtype, broadcast(g, a, b), -m, m, 2 * a.err + 4 * a.bound * b.err + a.unit * m + TINY[a.dtype]))


@makes("Max", "Min", "Mean", "Sum")
def variadic(g, op):
    a = g.pick(dtypes=g.floats if op in ("Mean", "Sum") else g.floats * 2 + ["i32", "i64"])
    operands, shape = [a], a.shape
    for _ in range(g.rng.randint(0, 2)):
        b = partner(g, a)
        whole = broadcast(g, type(a)("", a.dtype, shape, 0, 0), b)
        if whole is None:
            break
        operands.append(b)
        shape = whole
    lo, hi, err = min(v.lo for v in operands), max(v.hi for v in operands), max(v.err for v in operands)
    n = len(operands)
    if op in ("Mean", "Sum"):
        if op == "Sum":
            lo, hi, err = sum(v.lo for v in operands), sum(v.hi for v in operands), sum(v.err for v in operands)
        err += n * a.unit * sum(v.bound for v in operands) if n > 1 else 0
    g.add(op, operands, (a.dtype, shape, lo, hi, err))


@makes("Pow")
def power(g, op):
    v = g.clip(g.pick(dtypes=g.floats), 0.5, 3)
    exponent = g.rng.choice([2.0, 0.5, 3.0, -1.0, 1.5])
    slope, most = 3 * 9, 3.0 ** 3
    e = g.scalar(g.rng.choice([v.dtype, "f32"]), exponent)
    g.add(op, [v, e], (v.dtype, v.shape, 0, most, slope * v.err + FUNCTION * v.unit * most))


@makes("Mod")
def modulo(g, op):
    v = g.pick(dtypes=["i32", "i64", "u8", "f32"], exact=True)
    if v.is_float:
        return g.add(op, [v, g.scalar(v.dtype, g.rng.choice([0.75, 2.0]))], (v.dtype, v.shape, -v.bound, v.bound, 0), fmod=1)
    n = g.rng.randint(2, 9)
    return g.add(op, [v, g.scalar(v.dtype, n)], (v.dtype, v.shape, 0, n - 1, 0), fmod=0)


@makes("PRelu")
def prelu(g, op):
    v = g.pick(dtypes=g.floats)
    slope = weight_like(g, v, 0.1, 0.9)
    g.add(op, [v, slope], (v.dtype, v.shape, v.lo, v.hi, v.err + v.unit * v.bound + TINY[v.dtype]))


@makes("And", "Or", "Xor", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitShift")
def bits(g, op):
    logic = op in ("And", "Or", "Xor")
    a = g.pick(dtypes=["bool"] if logic else ["u8", "u32"] if op == "BitShift" else ["i32", "i64", "u8"], exact=True)
    if op == "BitShift":
        b = g.scalar(a.dtype, g.rng.randint(0, 2))
        left = g.rng.random() < 0.5
        return g.add(op, [a, b], (a.dtype, a.shape, 0, a.hi * (4 if left else 1), 0), direction="LEFT" if left else "RIGHT")
    b = partner(g, a, hi=7 if not logic else 1)
    m = 1 if logic else 2.0 ** max(int(a.bound), int(b.bound), 1).bit_length()
    return g.add(op, [a, b], (a.dtype, broadcast(g, a, b), 0 if logic or a.dtype == "u8" else -m, m if logic else m - 1, 0))


@makes("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")
def compared(g, op):
    a = g.pick(dtypes=g.floats + ["i32", "i64"], exact=True)
    b = partner(g, a, exact=True)
    g.add(op, [a, b], ("bool", broadcast(g, a, b), 0, 1, 0))


@makes("Where")
def where(g, op):
    condition = g.pick(dtypes=["bool"])
    a = g.pick(lambda v: broadcast(g, condition, v) is not None, g.floats + ["i32", "i64"])
    joint = type(a)("", a.dtype, broadcast(g, condition, a), 0, 0)
    b = partner(g, joint)
    g.add(op, [condition, *g.rng.sample([a, b], 2)],
          (a.dtype, broadcast(g, joint, b), min(a.lo, b.lo), max(a.hi, b.hi), max(a.err, b.err)))


@makes("Clip")
def clipped(g, op):
    v = g.pick(dtypes=g.floats + ["i32", "i64"])
    lo, hi = g.scalar(v.dtype, -1), g.scalar(v.dtype, 3)
    lo, hi = g.rng.choice([(lo, hi), (lo, None), (None, hi)])
    g.add(op, [v, lo, hi], (v.dtype, v.shape, max(v.lo, -1) if lo else min(v.lo, 3), max(min(v.hi, 3), -1) if hi else max(v.hi, -1), v.err))


@makes("Cast", "CastLike")
def cast(g, op):
    from graph import NUMPY_TYPE, ONNX_TYPE, UNIT
    v = g.pick()
    targets = [t for t in [*g.floats, *INTEGERS, "bool"] if t != v.dtype]
    if v.is_float and not v.exact:
        targets = [t for t in targets if t in UNIT]
    targets = [t for t in targets if t not in LIMIT or t in UNIT or v.bound <= {"i8": 127, "u8": 255}.get(t, 2**24)]
    targets = [t for t in targets if t[0] != "u" or v.lo >= 0]
    if not targets:
        raise Unfit
    to = g.rng.choice(targets)
    lo, hi, err = (0, 1, 0) if to == "bool" else (trunc(v.lo), trunc(v.hi), 0) if to not in UNIT else (v.lo, v.hi, v.err)
    if to in UNIT and (v.is_float and UNIT[to] > v.unit or not v.is_float and v.bound > 1 / UNIT[to]):
        err += UNIT[to] * v.bound + TINY[to]
    if op == "CastLike":
        g.add(op, [v, g.constant(np.zeros([1], NUMPY_TYPE[to]))], (to, v.shape, lo, hi, err))
    else:
        g.add(op, [v], (to, v.shape, lo, hi, err), to=ONNX_TYPE[to])


@makes("round_trip")
def through_bfloat16(g, _):
    from graph import ONNX_TYPE, UNIT
    v = g.pick(dtypes=["f32"])
    half = g.add("Cast", [v], ("bf16", v.shape, v.lo, v.hi, v.err + UNIT["bf16"] * v.bound), to=ONNX_TYPE["bf16"])
    g.pool.remove(half)
    g.add("Cast", [half], ("f32", v.shape, v.lo, v.hi, half.err), to=ONNX_TYPE["f32"])

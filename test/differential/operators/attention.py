"""softmax(q k^T scale + mask) v, in the spellings of exporters: each choice below is drawn on its own."""
from dataclasses import dataclass
from math import sqrt

import numpy as np
from onnx import numpy_helper

from dims import Dim
from graph import NUMPY_TYPE, TINY
from operators import makes
from operators.contractions import sum_of_products
from operators.reductions import TERMS
from operators.scalars import FUNCTION


@dataclass
class Heads:
    """q has `count` heads of `size` numbers, k and v a `groups`-th of them."""
    count: int
    groups: int
    size: int


@makes("attention")
def attention(g, _):
    x = g.pick(lambda v: v.rank == 3 and v.shape[2].constant in (4, 8, 12, 16) and g.most(v.shape[1]) <= 20, ["f32"])
    x = g.clip(x, -2, 2)
    other = x
    if g.rng.random() < 0.25:  # cross-attention
        other = g.clip(g.pick(lambda v: v.rank == 3 and v.shape[0] == x.shape[0] and v.shape[2].constant in (4, 8, 12, 16)
                              and g.most(v.shape[1]) <= 20, ["f32"]), -2, 2)
    count = g.rng.choice([1, 2, 4])
    heads = Heads(count, g.rng.choice([1, 1, count]), x.shape[2].constant // count)
    q, k, v = packed(g, x, heads) if other is x and heads.groups == 1 and g.rng.random() < 0.3 else projected(g, x, other, heads)
    if other is x and heads.size % 2 == 0 and g.rng.random() < 0.4:
        cos, sin = angles(g, x, heads.size)
        q, k = rotated(g, q, cos, sin), rotated(g, k, cos, sin)
    past = Dim.of(0)
    if other is x and g.rng.random() < 0.3 and g.most(Dim.of("T")) + g.most(x.shape[1]) <= TERMS and x.shape[0] == "B":
        past = Dim.of("T")
        k, v = (with_past(g, t) for t in (k, v))
    k, v = (repeated(g, t, heads.groups) for t in (k, v))
    y = mixed(g, q, k, v, heads, causal=other is x, past=past)
    g.add("Add", [x, y], (x.dtype, x.shape, x.lo + y.lo, x.hi + y.hi, x.err + y.err + x.unit * (x.bound + y.bound)))


def project(g, x, n):
    w = g.random_weight(x.dtype, [x.shape[2].constant, n], -0.5, 0.5)
    return g.held(g.add("MatMul", [x, w], (x.dtype, [*x.shape[:2], n], *sum_of_products(x.shape[2].constant, x, w))))


def by_heads(g, x, count, size):
    """[batch, length, count * size] -> [batch, count, length, size]."""
    y = g.moved("Reshape", x, [*x.shape[:2], count, size], g.ints([0, 0, g.rng.choice([count, -1]), size]))
    return g.moved("Transpose", y, [x.shape[0], count, x.shape[1], size], perm=[0, 2, 1, 3])


def projected(g, x, other, heads):
    few = heads.count // heads.groups
    return [by_heads(g, project(g, source, n * heads.size), n, heads.size)
            for source, n in ((x, heads.count), (other, few), (other, few))]


def packed(g, x, heads):
    """One product for q, k and v; parted by Split, or by an axis of its own and Gather."""
    n = heads.count * heads.size
    y = project(g, x, 3 * n)
    if g.rng.random() < 0.5:
        parts = g.add("Split", [y, g.ints([n, n, n])], *[(y.dtype, [*x.shape[:2], n], y.lo, y.hi, y.err)] * 3, axis=-1)
        return [by_heads(g, part, heads.count, heads.size) for part in parts]
    b, s = x.shape[:2]
    y = g.moved("Reshape", y, [b, s, 3, heads.count, heads.size], g.ints([0, 0, 3, heads.count, heads.size]))
    y = g.moved("Transpose", y, [3, b, heads.count, s, heads.size], perm=[2, 0, 3, 1, 4])
    return [g.moved("Gather", y, [b, heads.count, s, heads.size], g.ints(k), axis=0) for k in range(3)]


def length_of(g, x, axis):
    whole = g.add("Shape", [x], ("i64", [x.rank], 1, max(map(g.most, x.shape)), 0))
    return g.moved("Gather", whole, [], g.ints(axis), axis=0)


def angles(g, x, size):
    """cos and sin of position times frequency, [length, size]."""
    s, t, u = x.shape[1], x.dtype, x.unit
    m = g.most(s)
    positions = g.add("Range", [g.ints(0), length_of(g, x, 1), g.ints(1)], ("i64", [s], 0, m, 0))
    positions = g.moved("Unsqueeze", g.add("Cast", [positions], (t, [s], 0, m, 0), to=1), [s, 1], g.ints([1]))
    frequencies = g.constant((10.0 ** -np.arange(size // 2))[None].astype(NUMPY_TYPE[t]))
    a = g.add("Mul", [positions, frequencies], (t, [s, size // 2], 0, m, u * m))
    a = g.add("Concat", [a, a], (t, [s, size], 0, m, u * m), axis=-1)
    return [g.add(op, [a], (t, [s, size], -1, 1, a.err + FUNCTION * u)) for op in ("Cos", "Sin")]


def rotated(g, x, cos, sin):
    """x cos + turn(x) sin, where turn exchanges the halves and negates one."""
    n, t, u, m = x.shape[-1].constant, x.dtype, x.unit, x.bound
    half = [*x.shape[:-1], n // 2]
    if g.rng.random() < 0.5:
        first, second = g.add("Split", [x, g.ints([n // 2, n // 2])], *[(t, half, x.lo, x.hi, x.err)] * 2, axis=-1)
    else:
        first, second = (g.moved("Slice", x, half, g.ints([lo]), g.ints([hi]), g.ints([-1])) for lo, hi in ((0, n // 2), (n // 2, 2**31)))
    turned = g.add("Concat", [g.add("Neg", [second], (t, half, -m, m, x.err)), first], (t, x.shape, -m, m, x.err), axis=-1)
    parts = [g.add("Mul", [p, f], (t, x.shape, -m, m, x.err + m * f.err + u * m)) for p, f in ((x, cos), (turned, sin))]
    return g.add("Add", parts, (t, x.shape, -2 * m, 2 * m, parts[0].err + parts[1].err + 2 * u * m))


def with_past(g, x):
    """The past of a cache, an input of the graph, and then the new positions."""
    past = g.add_input(x.dtype, [x.shape[0], x.shape[1], "T", x.shape[3]])
    return g.add("Concat", [past, x], (x.dtype, [x.shape[0], x.shape[1], x.shape[2] + "T", x.shape[3]], min(x.lo, past.lo),
                                       max(x.hi, past.hi), x.err), axis=2)


def repeated(g, x, groups):
    """Every head `groups` times, by Unsqueeze, Expand and Reshape."""
    if groups == 1:
        return x
    b, h, s, n = x.shape
    y = g.moved("Unsqueeze", x, [b, h, 1, s, n], g.ints([2]))
    y = g.moved("Expand", y, [b, h, groups, s, n], g.ints([1, 1, groups, 1, 1]))
    return g.moved("Reshape", y, [b, h * groups, s, n], g.ints([0, h.constant * groups, -1, n.constant]))


def scaled(g, x, factor):
    """x times factor, by Mul or Div."""
    op, number = g.rng.choice([("Mul", factor), ("Div", 1 / factor)])
    return g.add(op, [x, g.scalar(x.dtype, number)],
                 (x.dtype, x.shape, x.lo * factor, x.hi * factor, x.err * factor + 2 * x.unit * x.bound * factor))


def mixed(g, q, k, v, heads, causal, past):
    """Scores, mask, softmax and the product with v, back to [batch, length, count * size]."""
    q, k, t, u = g.held(q), g.held(k), q.dtype, q.unit
    (b, count, s, size), total = q.shape, k.shape[2]
    factor, where = 1 / (8 * sqrt(heads.size)), g.rng.choice(["q", "k", "both", "scores", "scores"])
    if where in ("q", "both"):
        q = scaled(g, q, sqrt(factor) if where == "both" else factor)
    if where in ("k", "both"):
        k = scaled(g, k, sqrt(factor) if where == "both" else factor)
    if g.rng.random() < 0.25:
        scores = g.add("Einsum", [q, k], (t, [b, count, s, total], *sum_of_products(heads.size, q, k)), equation="bhid,bhjd->bhij")
    else:
        k = g.moved("Transpose", k, [b, count, size, total], perm=[0, 1, 3, 2])
        scores = g.add("MatMul", [q, k], (t, [b, count, s, total], *sum_of_products(heads.size, q, k)))
    scores = g.held(scaled(g, scores, factor) if where == "scores" else scores)
    if g.rng.random() < 0.2:
        bias = g.random_weight(t, [1, count.constant, 1, 1])
        scores = g.add("Add", [scores, bias], (t, scores.shape, scores.lo - 1, scores.hi + 1, scores.err + 2 * u * (scores.bound + 1)))
    masked = causal_mask(g, scores, past) if causal and g.rng.random() < 0.7 else scores
    n, m = g.most(total), scores.bound
    p = g.add("Softmax", [masked], (t, scores.shape, 0, 1, scores.err + u * (n + 2 * FUNCTION + 4 * m) + TINY[t]), axis=g.rng.choice([-1, 3]))
    if g.rng.random() < 0.25:
        bad = g.add("IsNaN", [p], ("bool", p.shape, 0, 1, 0))
        p = g.add("Where", [bad, g.scalar(t, 0), p], (t, p.shape, 0, 1, p.err))
    y = g.add("MatMul", [p, v], (t, [b, count, s, size], -v.bound, v.bound, v.err + n * v.bound * p.err + n * u * v.bound))
    y = g.moved("Transpose", y, [b, s, count, size], perm=[0, 2, 1, 3])
    return g.moved("Reshape", y, [b, s, count * size], g.ints([0, 0, heads.count * heads.size]))


def causal_mask(g, scores, past):
    """Position i sees j <= i + past, so no row is masked whole; by Trilu or by comparing positions, and Where or Add."""
    t, (_, _, s, total) = scores.dtype, scores.shape
    before, number = len(g.pool), g.rng.choice([-np.inf, -1e9, float(np.finfo(np.float32).min)])
    if past == 0 and s == total and g.rng.random() < 0.6:
        keep = keep_by_trilu(g, scores, s)
    else:
        lengths = [length_of(g, scores, k) for k in (2, 3)]
        first = g.add("Sub", lengths[::-1], ("i64", [], 0, TERMS, 0))
        rows = g.add("Range", [first, lengths[1], g.ints(1)], ("i64", [s], 0, TERMS, 0))
        columns = g.add("Range", [g.ints(0), lengths[1], g.ints(1)], ("i64", [total], 0, TERMS, 0))
        rows = g.moved("Unsqueeze", rows, [s, 1], g.ints([1]))
        keep = g.add("LessOrEqual", [columns, rows], ("bool", [s, total], 0, 1, 0))
    plain = (t, scores.shape, scores.lo, scores.hi, scores.err)
    if g.rng.random() < 0.5:
        result = g.add("Where", [keep, scores, g.scalar(t, number)], plain)
    else:
        addend = g.add("Where", [keep, g.scalar(t, 0), g.scalar(t, number)], (t, [s, total], -1, 0, 0))
        result = g.add("Add", [scores, addend], plain)
    del g.pool[before:]  # masked numbers are outside what intervals say
    return result


def keep_by_trilu(g, scores, s):
    whole = g.add("Shape", [scores], ("i64", [4], 1, TERMS, 0))
    length = g.moved("Slice", whole, [2], g.ints([2]), g.ints([4]))
    ones = g.add("ConstantOfShape", [length], ("f32", [s, s], 1, 1, 0), value=numpy_helper.from_array(np.ones([1], np.float32)))
    lower = g.add("Trilu", [ones], ("f32", [s, s], 0, 1, 0), upper=0)
    return g.add("Cast", [lower], ("bool", [s, s], 0, 1, 0), to=9)

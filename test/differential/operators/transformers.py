"""Attention as one operator, rotary embeddings, and what carries a state from one call to the next."""
from math import sqrt

import numpy as np

from dims import Dim
from graph import TINY, Unfit
from operators import makes
from operators.attention import by_heads, length_of, project
from operators.contractions import sum_of_products
from operators.microsoft import DOMAIN
from operators.movement import signed
from operators.reductions import TERMS
from operators.scalars import FUNCTION


def rows(g, dtypes=("f32",), most=20):
    """A value [batch, length, width], held to 2; where a graph has none, a new input now and then."""
    try:
        v = g.pick(lambda v: v.rank == 3 and v.shape[2].constant in (4, 8, 12, 16) and g.most(v.shape[1]) <= most, list(dtypes))
    except Unfit:
        if g.rng.random() < 0.7:
            raise
        v = g.add_input("f32", ["B", "S", g.rng.choice([8, 16])])
    return g.clip(v, -2, 2)


def probabilities(score, size, total, u, factor=1.0):
    """Error of softmax over `total` scores, from (lo, hi, err) of the products and what they are multiplied by."""
    return score[2] * factor + u * (total + 2 * FUNCTION + 6 * score[1] * factor) + TINY["f32"]


def batch_of(g, x):
    return g.moved("Slice", g.add("Shape", [x], ("i64", [x.rank], 1, max(map(g.most, x.shape)), 0)), [1], g.ints([0]), g.ints([1]))


def repeated_over_batch(g, x, number, dtype="i64"):
    """`number`, a constant or a scalar of the graph, for each entry of the batch of x."""
    return g.add("Expand", [number, batch_of(g, x)], (dtype, [x.shape[0]], number.lo, number.hi, 0))


def positions(g, s, length):
    return g.add("Range", [g.ints(0), length, g.ints(1)], ("i64", [s], 0, g.most(s), 0))


def mask(g, q, k, s, total):
    """Row i sees j <= i + 1 at least, so no row is masked whole; as bools, or as numbers to add."""
    columns = positions(g, total, length_of(g, k, k.rank - 2))
    line = g.moved("Unsqueeze", positions(g, s, length_of(g, q, q.rank - 2)), [s, 1], g.ints([1]))
    line = g.add("Add", [line, g.ints(g.rng.randint(1, 4))], ("i64", [s, 1], 0, g.most(s) + 4, 0))
    keep = g.add("LessOrEqual", [columns, line], ("bool", [s, total], 0, 1, 0))
    if g.rng.random() < 0.5:
        return keep
    number = g.rng.choice([-np.inf, -1e9, -1.5])
    added = g.add("Where", [keep, g.scalar("f32", 0.25), g.scalar("f32", number)], ("f32", [s, total], -1.5, 0.25, 0))
    if number < -2:
        g.aside(added)  # is outside what its interval says
    return added


@makes("Attention")
def attention(g, op):
    if g.opset < 23:
        raise Unfit
    x = rows(g)
    other = rows(g) if g.rng.random() < 0.3 else x
    if other.shape[0] != x.shape[0]:
        raise Unfit
    count, size, wide = g.rng.choice([1, 2, 4]), g.rng.choice([2, 4, 8]), g.rng.choice([2, 4])
    groups = g.rng.choice([1, count])
    few, (b, s, _), chosen = count // groups, x.shape, {}
    q, k, v = project(g, x, count * size), project(g, other, few * size), project(g, other, few * wide)
    past, total, operands = None, other.shape[1], [q, k, v, None, None, None, None]
    if g.rng.random() < 0.4:
        q, k, v = (by_heads(g, t, n, m) for t, n, m in ((q, count, size), (k, few, size), (v, few, wide)))
        operands[:3], shape = [q, k, v], [b, count, s, wide]
    else:
        chosen, shape = {"q_num_heads": count, "kv_num_heads": few}, [b, s, count * wide]
    choice = g.rng.random()
    if choice < 0.3 and b == "B" and g.most(total) + g.most(Dim.of("T")) <= TERMS:
        past = [g.add_input("f32", ["B", few, "T", n]) for n in (size, wide)]
        total, operands[4:6] = total + "T", past
    elif choice < 0.4 and g.opset >= 24:
        operands[6] = repeated_over_batch(g, q, g.ints([g.rng.randint(1, g.least(total))]))
    elif choice < 0.7:
        operands[3] = mask(g, q, k, s, total)
    if operands[6] is None and g.rng.random() < 0.4:
        chosen["is_causal"] = 1
    key, value = (joined(t, past and past[i]) for i, t in enumerate((k, v)))
    factor = g.rng.choice([None, 0.25])
    if factor:
        chosen["scale"] = factor
    if g.rng.random() < 0.3:
        chosen["softcap"] = g.rng.choice([2.0, 8.0])
    score, n = sum_of_products(size, q, key), g.most(total)
    factor = factor or 1 / sqrt(size)
    p_err = probabilities((*score[:2], score[2] + 8 * q.unit * score[1]), size, n, q.unit, factor) + FUNCTION * q.unit * 8
    if n > TERMS:
        raise Unfit
    m = value.bound
    results = [("f32", shape, -m, m, value.err + n * m * p_err + n * q.unit * m)]
    if past:
        results += [("f32", [b, few, total, width], t.lo, t.hi, t.err) for t, width in ((key, size), (value, wide))]
    if g.rng.random() < 0.3:
        chosen["qk_matmul_output_mode"] = mode = g.rng.choice([0, 3])
        results += [None] * (3 - len(results)) + [("f32", [b, count, s, total], *((0, 1, p_err) if mode else (
            score[0] * factor, score[1] * factor, score[2] * factor + 8 * q.unit * score[1] * factor)))]
    g.add(op, operands, *results, **chosen)


def numbered(g, x):
    """The position of each row of x [batch, length, width]."""
    line = positions(g, x.shape[1], length_of(g, x, 1))
    shape = g.add("Shape", [x], ("i64", [3], 1, max(map(g.most, x.shape)), 0))
    return g.add("Expand", [line, g.moved("Slice", shape, [2], g.ints([0]), g.ints([2]))], ("i64", x.shape[:2], 0, 20, 0))


def joined(fresh, past):
    """What holds of a cache: of the past, and of what is new."""
    return fresh if past is None else type(fresh)("", fresh.dtype, (), min(fresh.lo, past.lo), max(fresh.hi, past.hi), fresh.err)


def turned(x):
    """(lo, hi, err) of a cos + b sin with factors of at most 1."""
    m = 2 * x.bound
    return -m, m, 2 * x.err + 3 * x.unit * m


def turning(g, x):
    """(x of rank 3 or 4, the size of its heads and half of what turns, attributes)."""
    count = g.rng.choice([k for k in (1, 2, 4) if x.shape[2].constant % (2 * k) == 0])
    size, chosen = x.shape[2].constant // count, {"interleaved": g.rng.randint(0, 1)}
    if g.rng.random() < 0.4:
        return by_heads(g, x, count, size), size // 2, chosen
    return x, size // 2, chosen | {"num_heads": count}


@makes("RotaryEmbedding")
def rotary(g, op):
    x = rows(g, [t for t in g.floats if t != "f16"])
    b, s, _ = x.shape
    if g.opset < 23:
        raise Unfit
    if g.rng.random() < 0.4:  # angles for each position of each entry
        source, n = x, x.shape[2].constant
        x, half, chosen = turning(g, x)
        part = g.moved("Slice", source, [b, s, half], g.ints([n - half]), g.ints([n]), g.ints([2]))
        caches = [g.add(f, [part], (x.dtype, [b, s, half], -1, 1, part.err + FUNCTION * x.unit)) for f in ("Cos", "Sin")]
        m = 2 * x.bound
        err = 2 * x.err + x.bound * (caches[0].err + caches[1].err) + 4 * x.unit * m
        return g.add(op, [x, *caches], (x.dtype, x.shape, -m, m, err), **chosen)
    ids = numbered(g, x)
    x, half, chosen = turning(g, x)
    if half > 1 and g.rng.random() < 0.3:
        half //= 2
        chosen["rotary_embedding_dim"] = 2 * half
    g.add(op, [x, *(g.random_weight(x.dtype, [24, half]) for _ in range(2)), ids], (x.dtype, x.shape, *turned(x)), **chosen)


@makes(f"{DOMAIN}::RotaryEmbedding")
def microsoft_rotary(g, op):
    """From a position on that holds for all entries, or with the position of each."""
    x = rows(g)
    ids = numbered(g, x) if g.rng.random() < 0.5 else g.ints([g.rng.randint(0, 4)])
    x, half, chosen = turning(g, x)
    g.add(op.split("::")[1], [x, ids, *(g.random_weight(x.dtype, [24, half]) for _ in range(2))],
          (x.dtype, x.shape, *turned(x)), domain=DOMAIN, **chosen)


@makes(f"{DOMAIN}::GroupQueryAttention")
def group_query_attention(g, op):
    """All positions at once, or the last one behind a past of T."""
    x = rows(g)
    past = []
    if g.rng.random() < 0.5:
        x = g.moved("Gather", x, [x.shape[0], 1, x.shape[2]], g.ints([-1]), axis=1)
    count, few, size = g.rng.choice([(2, 1, 8), (2, 2, 8), (4, 2, 8), (2, 1, 16)])
    b, s, _ = x.shape
    packed = g.rng.random() < 0.3
    q, k, v = [project(g, x, (count + 2 * few) * size)] * 3 if packed else (project(g, x, n * size) for n in (count, few, few))
    total, length = s, length_of(g, x, 1)
    if s == 1 and b == "B":
        past, total = [g.add_input("f32", ["B", few, "T", size]) for _ in range(2)], s + "T"
        length = g.add("Add", [length, length_of(g, past[0], 2)], ("i64", [], 1, 60, 0))
    n = g.most(total)
    if n > TERMS:
        raise Unfit
    length = g.add("Cast", [length], ("i32", [], 1, 60, 0), to=6)
    last = g.add("Sub", [length, g.scalar("i32", 1)], ("i32", [], 0, 60, 0))
    operands = [q, *([None, None] if packed else [k, v]), *(past or [None, None]), repeated_over_batch(g, x, last, "i32"), length]
    chosen, grown = {"num_heads": count, "kv_num_heads": few}, 1
    if size == 16 and g.rng.random() < 0.5:
        chosen["do_rotary"], chosen["rotary_interleaved"], grown = 1, g.rng.randint(0, 1), 2
        operands += [g.random_weight("f32", [TERMS, size // 2]) for _ in range(2)]
    if g.rng.random() < 0.3:
        chosen["scale"] = 0.125
    if g.rng.random() < 0.3:
        chosen["local_window_size"] = g.rng.randint(1, 4)
    if g.rng.random() < 0.3:
        chosen["softcap"] = 4.0
    q, k = (type(x)("", "f32", (), *turned(t)) if grown == 2 else t for t in (q, k))
    key, value = (joined(t, past[i] if past else None) for i, t in enumerate((k, v)))
    score, m = sum_of_products(size, q, key), value.bound
    p_err = probabilities(score, size, n, x.unit, chosen.get("scale", 1 / sqrt(size))) + FUNCTION * x.unit * 4
    g.add(op.split("::")[1], operands, ("f32", [b, s, count * size], -m, m, value.err + n * m * p_err + n * x.unit * m),
          *(("f32", [b, few, total, size], t.lo, t.hi, t.err) for t in (key, value)), domain=DOMAIN, **chosen)


def state_bounds(u, d, m, e, steps, decays):
    """(bound, error) of the columns of a state S in the 2-norm, where S = D S + k b (v - k^T D S), |k| <= 1, D and b in [0, 1]; without
    the second term of the bracket likewise. `e` has the errors of k, v, decay and beta. D - b k k^T D does not grow a column.
    """
    c = err = 0
    for _ in range(steps):
        kept = err + (c * (e["decay"] + FUNCTION * u) if decays else 0)
        term = m + c
        local = sqrt(d) * e["k"] * c + (d + 1) * u * c + e["v"] + e["beta"] * term + 2 * u * term
        c += m
        err = kept + local + sqrt(d) * e["k"] * term + 4 * u * term + u * c
    return c, err


@makes("LinearAttention")
def linear_attention(g, op):
    if g.opset < 27:
        raise Unfit
    x = rows(g)
    d, wide, few, groups = g.rng.choice([2, 4]), g.rng.choice([2, 3]), g.rng.choice([1, 2]), g.rng.choice([1, 2])
    rule = g.rng.choice(["linear", "gated", "delta", "gated_delta"])
    b, s, width = x.shape
    q, v = g.clip(project(g, x, few * groups * d), -1, 1), g.clip(project(g, x, few * wide), -1, 1)
    k = g.clip(project(g, x, few * d), -1 / sqrt(d), 1 / sqrt(d))
    past = g.add_input("f32", [b, few, d, wide]) if b == "B" and g.rng.random() < 0.4 else None
    decay = g.clip(project(g, x, few * g.rng.choice([1, d])), -1, 0) if "gated" in rule else None
    beta = g.clip(project(g, x, g.rng.choice([1, few])), 0, 1) if "delta" in rule else None
    errors = {"k": k.err, "v": v.err, "decay": decay.err if decay else 0, "beta": beta.err if beta else 0}
    first = sqrt(d) * past.bound if past else 0  # an addition to the bound of v stands for it at each step
    c, err = state_bounds(x.unit, d, v.bound + first, errors, g.most(s), decay is not None)
    chosen = {"scale": 0.5} if g.rng.random() < 0.4 else {}
    factor = chosen.get("scale", 1 / sqrt(d))
    m = factor * sqrt(d) * q.bound * c
    g.add(op, [q, k, v, past, decay, beta],
          ("f32", [b, s, few * groups * wide], -m, m,
           factor * sqrt(d) * (q.bound * err + q.err * c) + (d + 4) * x.unit * m),
          ("f32", [b, few, d, wide], -c, c, err), update_rule=rule, q_num_heads=few * groups, kv_num_heads=few, **chosen)


@makes("CausalConvWithState")
def causal_conv(g, op):
    """Its activation x sigmoid(x) has slopes of 1.1 at most."""
    if g.opset < 27:
        raise Unfit
    v = g.pick(lambda v: v.rank == 3 and v.shape[1].constant is not None, ["f32"])
    b, c, length = v.shape
    taps, activation = g.rng.choice([1, 2, 4]), g.rng.choice(["none", "silu", "swish"])
    if taps == 1:
        taps = 3
    w = g.random_weight("f32", [c.constant, 1, taps])
    bias = g.random_weight("f32", [c.constant]) if g.rng.random() < 0.5 else None
    past = g.add_input("f32", [b, c.constant, taps - 1]) if b == "B" and g.rng.random() < 0.5 else None
    whole = joined(v, past)
    lo, hi, err = sum_of_products(taps, whole, w)
    hi, err = hi + 1, err + 2 * v.unit * (hi + 1)
    if activation != "none":
        err = 1.1 * err + FUNCTION * v.unit * hi
    g.add(op, [v, w, bias, past], ("f32", v.shape, -hi, hi, err),
          ("f32", [b, c, taps - 1], min(whole.lo, 0), max(whole.hi, 0), v.err), activation=activation)


@makes("TensorScatter")
def tensor_scatter(g, op):
    """The last rows of a value, written over others of it."""
    if g.opset < 24:
        raise Unfit
    v = g.pick(lambda v: 2 <= v.rank <= 4 and any(g.least(d) >= 1 for d in v.shape[1:]), ["f32", "f64", "i64", "i32"])
    axis = g.rng.randrange(1, v.rank)
    least = g.least(v.shape[axis])
    count = g.rng.randint(1, min(3, least))
    update = g.moved("Slice", v, [*v.shape[:axis], count, *v.shape[axis + 1 :]], g.ints([-count]), g.ints([2**31]), g.ints([axis]))
    g.aside(update)  # has rows that only sizes from `count` on have
    mode, most = g.rng.choice(["linear", "circular"]), least - count
    if mode == "circular":
        most = least - 1
    places = None
    if g.rng.random() < 0.7:
        places = g.constant(g.numbers.integers(0, most + 1, [v.shape[0].constant])) if v.shape[0].constant else \
            repeated_over_batch(g, v, g.ints([g.rng.randint(0, most)]))
    g.like(op, v, update, places, mode=mode, axis=signed(g, axis, v.rank))


WHOLE = {"Attention": attention, "RotaryEmbedding": rotary, "LinearAttention": linear_attention, "CausalConvWithState": causal_conv,
         "TensorScatter": tensor_scatter}


@makes("newest")
def newest(g, _):
    """One of what only late opsets have, so that graphs of those have it more often."""
    op = g.rng.choice(list(WHOLE))
    if op not in g.allowed:
        raise Unfit
    WHOLE[op](g, op)

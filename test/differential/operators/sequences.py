"""Sequences of tensors: made, changed and taken apart again in one go, so that none is an output of the graph."""
from dims import Dim
from graph import ONNX_TYPE, SEQUENCE
from operators import makes
from operators.movement import signed, static_axis

STARTS = ("SplitToSequence", "SequenceConstruct", "SequenceEmpty")
EDITS = ("SequenceInsert", "SequenceErase")
ENDS = ("SequenceAt", "SequenceLength", "ConcatFromSequence")
DTYPES = ["f32", "f32", "i64", "i32", "bool", "f64"]


@makes(*STARTS, *EDITS, *ENDS)
def sequence(g, op):
    """Elements have one shape, so that each end can follow."""
    start = op if op in STARTS else g.rng.choice(STARTS)
    first = g.pick(lambda v: 1 <= v.rank <= 3, DTYPES)
    value, parts = split_up(g, first) if start == "SplitToSequence" else started(g, start, first)
    for edit in [op] * (op in EDITS) + g.rng.choices(EDITS, k=g.rng.randint(0, 2)):
        value, parts = edited(g, edit, value, parts)
    for end in [op] if op in ENDS else g.rng.sample(ENDS, g.rng.randint(1, 2)):
        ended(g, end, value, parts)


def joining(g, part):
    """Another value that may stand beside `part`."""
    return g.pick(lambda v: v.shape == part.shape, [part.dtype])


def started(g, op, first):
    parts = [first] + [joining(g, first) for _ in range(g.rng.randint(0, 2))]
    if op == "SequenceConstruct":
        return g.sequence(op, parts, first.dtype), parts
    value, parts = g.sequence(op, [], first.dtype, dtype=ONNX_TYPE[first.dtype]), []
    return edited(g, "SequenceInsert", value, parts, first)


def split_up(g, v):
    """Along a static axis: in parts of one size, or one by one without the axis."""
    axis = static_axis(g, v, 2)
    n = v.shape[axis].constant
    size = g.rng.choice([s for s in range(1, n + 1) if n % s == 0])
    alone = g.rng.random() < 0.3
    if alone:
        operands, chosen, shape, count = [v], {"keepdims": 0}, [*v.shape[:axis], *v.shape[axis + 1 :]], n
    else:
        operands, chosen, count = [v, g.ints(g.rng.choice([size, [size] * (n // size)]))], {}, n // size
        shape = [*v.shape[:axis], size, *v.shape[axis + 1 :]]
    part = type(v)("", v.dtype, tuple(map(Dim.of, shape)), v.lo, v.hi, v.err)
    return g.sequence("SplitToSequence", operands, v.dtype, axis=signed(g, axis, v.rank), **chosen), [part] * count


def place(g, count, absent):
    """A position among `count`, counted from either end, as an operand and as a number; left out it is `absent`."""
    k = g.rng.choice([None, *range(-count, count)])
    return (None, absent) if k is None else (g.scalar(g.rng.choice(["i64", "i32"]), k), k % count)


def edited(g, op, value, parts, part=None):
    element, count = value.dtype.removeprefix(SEQUENCE), len(parts)
    if op == "SequenceErase":
        if count < 2:
            return value, parts
        position, k = place(g, count, count - 1)
        return g.sequence(op, [value, position], element), [*parts[:k], *parts[k + 1 :]]
    part = part or joining(g, parts[0])
    position, k = place(g, count, count)
    return g.sequence(op, [value, part, position], element), [*parts[:k], part, *parts[k:]]


def ended(g, op, value, parts):
    if op == "SequenceLength":
        return g.add(op, [value], ("i64", [], len(parts), len(parts), 0))
    if op == "SequenceAt":
        k = g.rng.randrange(len(parts))
        part, position = parts[k], g.ints(g.rng.choice([k, k - len(parts)]))
        return g.add(op, [value, position], (part.dtype, part.shape, part.lo, part.hi, part.err))
    part, fresh = parts[0], g.rng.randint(0, 1)
    if not part.rank:
        fresh = 1
    rank = part.rank + fresh
    axis = g.rng.randrange(rank)
    if fresh:
        shape = [*part.shape[:axis], len(parts), *part.shape[axis:]]
    else:
        shape = [*part.shape[:axis], part.shape[axis] * len(parts), *part.shape[axis + 1 :]]
    return g.add(op, [value], (part.dtype, shape, min(p.lo for p in parts), max(p.hi for p in parts), max(p.err for p in parts)),
                 axis=signed(g, axis, rank), new_axis=fresh)

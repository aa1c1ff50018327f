"""Data movement: elements keep their values."""
import numpy as np

from dims import Dim, product
from graph import INTEGERS, NUMPY_TYPE, UNIT, Unfit
from operators import makes

END = 2**31 - 1


def signed(g, axis, rank):
    """An axis, counted from the end half of the time."""
    return axis - rank if g.rng.random() < 0.4 else axis


def static_axis(g, v, least=1):
    axes = [k for k, d in enumerate(v.shape) if d.constant is not None and d.constant >= least]
    if not axes:
        raise Unfit
    return g.rng.choice(axes)


def has_static(least):
    return lambda v: any(d.constant is not None and d.constant >= least for d in v.shape)


@makes("Identity", "Dropout")
def kept(g, op):
    v = g.pick(dtypes=None if op == "Identity" else ["f32"])
    g.like(op, v)


@makes("Transpose")
def transpose(g, op):
    v = g.pick(lambda v: v.rank >= 2)
    order = g.rng.sample(range(v.rank), v.rank)
    g.moved(op, v, [v.shape[k] for k in order], perm=order)


@makes("Reshape")
def reshape(g, op):
    """Merges two neighbouring dims, splits a static one, or flattens; written with 0, -1 and numbers."""
    v = g.pick(lambda v: v.rank >= 1)
    shape = list(v.shape)
    if g.rng.random() < 0.5 and v.rank >= 2:
        k = g.rng.randrange(v.rank - 1)
        shape[k : k + 2] = [shape[k] * shape[k + 1]]
    else:
        k = static_axis(g, v, 2)
        n = shape[k].constant
        divisors = [d for d in range(1, n + 1) if n % d == 0]
        d = g.rng.choice(divisors)
        shape[k : k + 1] = [Dim.of(d), Dim.of(n // d)]
    unknown = [j for j, d in enumerate(shape) if d.constant is None]
    target, wildcard = [], False
    for j, d in enumerate(shape):
        if d.constant is not None and not (not unknown and not wildcard and g.rng.random() < 0.2):
            target.append(d.constant)
        elif j < v.rank and d == v.shape[j] and (wildcard or len(unknown) > 1 or g.rng.random() < 0.5):
            target.append(0)
        elif not wildcard:
            target.append(-1)
            wildcard = True
        else:
            raise Unfit
    g.moved(op, v, shape, g.ints(target))


@makes("Shape", "reshape_like")
def reshape_by_shape(g, op):
    """Reshape to the elements of a Shape, joined by Concat: how exporters write views of symbolic tensors."""
    v = g.pick(lambda v: 2 <= v.rank <= 4)
    whole = g.add("Shape", [v], ("i64", [v.rank], 1, max(map(g.most, v.shape)), 0))
    parts = []
    for k in range(v.rank):
        index = g.rng.choice([g.ints(k), g.ints([k])])
        part = g.moved("Gather", whole, index.shape, index, axis=0)
        if not index.shape:
            axes = g.ints([0])
            part = g.moved("Unsqueeze", part, [1], axes)
        parts.append(part)
    order = list(range(v.rank))
    g.rng.shuffle(order)
    target = g.add("Concat", [parts[k] for k in order], ("i64", [v.rank], 1, max(map(g.most, v.shape)), 0), axis=0)
    g.moved("Reshape", v, [v.shape[k] for k in order], target)


@makes("Size")
def size(g, op):
    v = g.pick()
    n = g.most(product(v.shape))
    s = g.add(op, [v], ("i64", [], 1, n, 0))
    g.add("Cast", [s], ("f32", [], 1, n, 0), to=1)


@makes("Flatten")
def flatten(g, op):
    v = g.pick(lambda v: v.rank >= 2)
    axis = g.rng.randint(0, v.rank)
    g.moved(op, v, [product(v.shape[:axis]), product(v.shape[axis:])], axis=axis if axis == v.rank else signed(g, axis, v.rank))


@makes("Squeeze")
def squeeze(g, op):
    v = g.pick(lambda v: any(d == 1 for d in v.shape))
    axis = g.rng.choice([k for k, d in enumerate(v.shape) if d == 1])
    g.moved(op, v, v.shape[:axis] + v.shape[axis + 1 :], g.ints([signed(g, axis, v.rank)]))


@makes("Unsqueeze")
def unsqueeze(g, op):
    v = g.pick(lambda v: v.rank <= 3)
    axis = g.rng.randint(0, v.rank)
    g.moved(op, v, [*v.shape[:axis], 1, *v.shape[axis:]], g.ints([signed(g, axis, v.rank + 1)]))


@makes("Slice")
def cut(g, op):
    v = g.pick(lambda v: any(g.least(d) >= 2 for d in v.shape))
    axes = [k for k in range(v.rank) if g.least(v.shape[k]) >= 2]
    k = g.rng.choice(axes)
    n = v.shape[k]
    least = g.least(n)
    if n.constant is not None and g.rng.random() < 0.6:
        start, stop = g.rng.randint(0, least - 1), g.rng.randint(1, least)
        step = g.rng.choice([1, 1, 2, 3, -1, -2])
        count = len(range(*slice(start, stop, step).indices(least)))
        if count == 0:
            start, stop, count = 0, least, len(range(0, least, step)) if step > 0 else 0
        if count == 0:
            start, stop, count = END, -END, len(range(least - 1, -1, step))
        result = Dim.of(count)
    else:
        start, stop, step, result = g.rng.choice([(1, END, 1, n - 1), (0, -1, 1, n - 1), (-1, -END, -1, n), (-2, END, 1, Dim.of(2)),
                                                  (0, 2, 1, Dim.of(2)), (0, END, 2, (n + 1) // 2)])
    shape = [*v.shape[:k], result, *v.shape[k + 1 :]]
    g.moved(op, v, shape, *(g.ints([x]) for x in (start, stop, signed(g, k, v.rank), step)))


@makes("Concat")
def concat(g, op):
    a = g.pick(lambda v: v.rank >= 1)
    axis = g.rng.randrange(a.rank)

    def joins(b):
        return b.rank == a.rank and all(k == axis or x == y for k, (x, y) in enumerate(zip(a.shape, b.shape)))
    parts = [a] + [g.pick(joins, [a.dtype]) for _ in range(g.rng.randint(1, 2))]
    g.rng.shuffle(parts)
    total = parts[0].shape[axis]
    for part in parts[1:]:
        total = total + part.shape[axis]
    g.add(op, parts, (a.dtype, [*a.shape[:axis], total, *a.shape[axis + 1 :]], min(p.lo for p in parts), max(p.hi for p in parts),
                      max(p.err for p in parts)), axis=signed(g, axis, a.rank))


@makes("Split")
def split(g, op):
    v = g.pick(has_static(2))
    axis = static_axis(g, v, 2)
    n = v.shape[axis].constant
    first = g.rng.randint(1, n - 1)
    sizes, operands, attributes = [first, n - first], [v], {"axis": signed(g, axis, v.rank)}
    if g.opset >= 18 and g.rng.random() < 0.4:
        attributes["num_outputs"] = 2
        sizes = [(n + 1) // 2, n - (n + 1) // 2]
    else:
        operands.append(g.ints(sizes))
    g.add(op, operands, *((v.dtype, [*v.shape[:axis], k, *v.shape[axis + 1 :]], v.lo, v.hi, v.err) for k in sizes), **attributes)


@makes("Pad")
def pad(g, op):
    v = g.pick(lambda v: 1 <= v.rank <= 4, [*g.floats, "i32", "i64"])
    mode = g.rng.choice(["constant", "constant", "reflect", "edge"])
    if mode != "constant" and v.dtype == "f16":
        raise Unfit
    most = [2 if mode != "reflect" else min(2, g.least(d) - 1) for d in v.shape]
    before, after = ([g.rng.randint(0, m) if g.rng.random() < 0.5 else 0 for m in most] for _ in range(2))
    fill = g.scalar(v.dtype, 1) if mode == "constant" and g.rng.random() < 0.5 else None
    shape = [d + (b + a) for d, b, a in zip(v.shape, before, after)]
    g.add(op, [v, g.ints(before + after), fill],
          (v.dtype, shape, min(v.lo, 0), max(v.hi, 1), v.err), mode=mode)


@makes("Tile")
def tile(g, op):
    v = g.pick(lambda v: v.rank >= 1, [*g.floats, *INTEGERS[:2], "bool"])
    times = [g.rng.choice([1, 1, 2, 3]) for _ in v.shape]
    g.moved(op, v, [d * t for d, t in zip(v.shape, times)], g.ints(times))


@makes("Expand")
def expand(g, op):
    """To constants, or to the Shape of another value."""
    v = g.pick(lambda v: v.rank <= 3, [*g.floats, "i32", "i64", "bool"])
    if g.rng.random() < 0.5:
        from operators.scalars import broadcast
        other = g.pick(lambda b: b.rank >= 1 and broadcast(g, v, b) is not None)
        target = g.add("Shape", [other], ("i64", [other.rank], 1, max(map(g.most, other.shape)), 0))
        return g.moved(op, v, broadcast(g, v, other), target)
    target = [g.rng.choice([2, 3]) if d == 1 else 1 if d.constant is None else d.constant for d in v.shape]
    shape = [Dim.of(t) if d == 1 else d for d, t in zip(v.shape, target)]
    return g.moved(op, v, [2, *shape], g.ints([2, *target]))


@makes("Gather")
def gather(g, op):
    v = g.pick(has_static(1))
    axis = static_axis(g, v)
    n = v.shape[axis].constant
    shape = g.rng.choice([[], [1], [3], [2, 2]])
    index = g.constant(g.numbers.integers(-n, n, shape).astype(g.rng.choice([np.int64, np.int32])))
    g.moved(op, v, [*v.shape[:axis], *index.shape, *v.shape[axis + 1 :]], index, axis=signed(g, axis, v.rank))


@makes("embedding")
def embedding(g, _):
    """Rows of a table chosen by integers that the graph computes."""
    index = g.pick(lambda v: v.rank <= 2, ["i32", "i64"])
    table = g.random_weight("f32", [8, g.rng.choice([4, 8])])
    row = g.add("Mod", [index, g.scalar(index.dtype, 8)], (index.dtype, index.shape, 0, 7, 0), fmod=0)
    g.add("Gather", [table, row], ("f32", [*index.shape, table.shape[1]], -1, 1, 0), axis=0)


def static_value(g, least_rank=1):
    return g.pick(lambda v: v.rank >= least_rank and all(d.constant is not None for d in v.shape), [*g.floats, "i32", "i64"])


@makes("GatherElements", "ScatterElements")
def elements(g, op):
    v = static_value(g)
    axis = g.rng.randrange(v.rank)
    shape = [d.constant for d in v.shape]
    shape[axis] = g.rng.randint(1, v.shape[axis].constant)
    n = v.shape[axis].constant
    rows = g.numbers.permuted(np.broadcast_to(np.arange(n).reshape([-1 if k == axis else 1 for k in range(v.rank)]),
                                              [d.constant for d in v.shape]), axis=axis)
    index = g.ints(np.take(rows, range(shape[axis]), axis=axis) - n * g.rng.randint(0, 1))
    if op == "GatherElements":
        return g.moved(op, v, shape, index, axis=signed(g, axis, v.rank))
    updates = g.random_weight(v.dtype, shape)
    return scattered(g, op, v, index, updates, axis=signed(g, axis, v.rank))


def scattered(g, op, v, index, updates, **attributes):
    """Indices are distinct, so that the order of updates does not matter."""
    reduction = g.rng.choice(["none", "none", "add", "max"] if g.opset >= 18 and v.dtype != "f16" else ["none"])
    if reduction != "none":
        attributes["reduction"] = reduction
    grown = 1 if reduction == "add" else 0
    err = v.err + grown * v.unit * (v.bound + 1)
    return g.add(op, [v, index, updates], (v.dtype, v.shape, min(v.lo, -1) - grown, max(v.hi, 1) + grown, err), **attributes)


@makes("GatherND", "ScatterND")
def nd(g, op):
    v = static_value(g)
    depth = g.rng.randint(1, v.rank)
    prefix = [d.constant for d in v.shape[:depth]]
    places = [np.unravel_index(k, prefix) for k in g.rng.sample(range(int(np.prod(prefix))), min(3, int(np.prod(prefix))))]
    index = g.ints(np.array(places).reshape(len(places), depth))
    shape = [len(places), *v.shape[depth:]]
    if op == "GatherND":
        return g.moved(op, v, shape, index)
    return scattered(g, op, v, index, g.random_weight(v.dtype, [len(places), *(d.constant for d in v.shape[depth:])]))


@makes("Trilu")
def trilu(g, op):
    v = g.pick(lambda v: v.rank >= 2, [t for t in g.floats if t != "f16"] + ["i64"])
    g.add(op, [v, g.ints(g.rng.randint(-2, 2)) if g.rng.random() < 0.6 else None],
          (v.dtype, v.shape, min(v.lo, 0), max(v.hi, 0), v.err), upper=g.rng.randint(0, 1))


@makes("Range")
def positions(g, op):
    """0, 1, .. as long as a dim of another value."""
    v = g.pick(lambda v: v.rank >= 1)
    k = g.rng.randrange(v.rank)
    shape = g.add("Shape", [v], ("i64", [v.rank], 1, max(map(g.most, v.shape)), 0))
    n = g.moved("Gather", shape, [], g.ints(k), axis=0)
    g.add(op, [g.ints(0), n, g.ints(1)], ("i64", [v.shape[k]], 0, g.most(v.shape[k]), 0))


@makes("EyeLike")
def eye(g, op):
    v = g.pick(lambda v: v.rank == 2, ["f32", "i64"])
    g.add(op, [v], (v.dtype, v.shape, 0, 1, 0), k=g.rng.randint(-1, 1))


@makes("ConstantOfShape")
def filled(g, op):
    from onnx import numpy_helper
    v = g.pick(lambda v: v.rank >= 1)
    shape = g.add("Shape", [v], ("i64", [v.rank], 1, max(map(g.most, v.shape)), 0))
    dtype, number = g.rng.choice([("f32", 0.5), ("i64", 3), ("bool", 1)])
    array = np.array([number], NUMPY_TYPE[dtype])
    g.add(op, [shape], (dtype, v.shape, 0, max(1, number), 0), value=numpy_helper.from_array(array))

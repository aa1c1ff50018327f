"""Elements chosen by their values: operands are exact. What has a size that depends on data is consumed at once."""
import numpy as np

from dims import product
from graph import NUMPY_TYPE, Unfit
from operators import makes
from operators.movement import signed


@makes("Hardmax")
def hardmax(g, op):
    v = g.pick(lambda v: v.rank >= 1, [t for t in g.floats if t != "f16"], exact=True)
    g.add(op, [v], (v.dtype, v.shape, 0, 1, 0), axis=signed(g, g.rng.randrange(v.rank), v.rank))


@makes("OneHot")
def one_hot(g, op):
    """Indices from the end, and outside the depth, which are off everywhere."""
    v = g.pick(lambda v: 1 <= v.rank <= 3, ["i64", "i32", "f32"], exact=True)
    if v.is_float:
        v = g.add("Floor", [v], (v.dtype, v.shape, np.floor(v.lo), np.floor(v.hi), 0))
    depth, axis = g.rng.randint(2, 6), g.rng.randint(0, v.rank)
    dtype, off, on = g.rng.choice([("f32", 0, 1), ("f32", -0.5, 2), ("i64", 0, 1), ("i32", 3, -1)])
    values = g.constant(np.array([off, on], NUMPY_TYPE[dtype]))
    in_runtime = (v.dtype, dtype) in (("i64", "i64"), ("f32", "i64"), ("i64", "f32"))  # onnx.reference takes only a scalar depth
    count = g.ints([depth] if in_runtime and g.rng.random() < 0.5 else depth)
    g.add(op, [v, count, values], (dtype, [*v.shape[:axis], depth, *v.shape[axis:]], min(off, on), max(off, on), 0),
          axis=signed(g, axis, v.rank + 1))


def consumed(g, v):
    """Ends a value whose size depends on data, at most that of its shape: its sums, its shape, or itself as an output."""
    g.aside(v)
    choice = g.rng.random()
    if choice < 0.3:
        g.extra_outputs.append(v)
    elif choice < 0.5:
        g.add("Shape", [v], ("i64", [v.rank], 0, max(map(g.most, v.shape)), 0))
    elif v.dtype not in ("f32", "f64", "i32", "i64"):
        raise Unfit
    else:
        n = g.most(product(v.shape))
        doubled = g.aside(g.add("Add", [v, v], (v.dtype, v.shape, 2 * v.lo, 2 * v.hi, 2 * v.err + 2 * v.unit * v.bound)))
        m = n * doubled.bound
        g.add("ReduceSum", [doubled], (v.dtype, [], -m, m, n * doubled.err + n * m * v.unit), keepdims=0)


@makes("NonZero")
def nonzero(g, op):
    v = g.pick(lambda v: 1 <= v.rank <= 3 and g.most(product(v.shape)) * v.rank <= 2000, ["f32", "i64", "i32", "bool", "u8"], exact=True)
    places = g.add(op, [v], ("i64", [v.rank, product(v.shape)], 0, max(map(g.most, v.shape)) - 1, 0))
    if g.rng.random() < 0.5:
        return consumed(g, places)
    places = g.aside(g.moved("Transpose", g.aside(places), places.shape[::-1], perm=[1, 0]))
    return consumed(g, g.moved("GatherND", v, [product(v.shape)], places))


@makes("Compress")
def compress(g, op):
    """By a condition that the graph computes, or by a constant, which may be shorter than what it chooses from."""
    v = g.pick(lambda v: 1 <= v.rank <= 3, ["f32", "i64", "i32", "bool", "u8"])
    axis = g.rng.choice([None, *range(v.rank)])
    n = product(v.shape) if axis is None else v.shape[axis]
    chosen = {} if axis is None else {"axis": signed(g, axis, v.rank)}

    def shape(count):
        return [count] if axis is None else [*v.shape[:axis], count, *v.shape[axis + 1 :]]
    if g.rng.random() < 0.4:
        keep = g.numbers.integers(0, 2, g.rng.randint(1, min(g.least(n), 12))).astype(bool)
        return g.moved(op, v, shape(int(keep.sum())), g.constant(keep), **chosen)
    keep = g.pick(lambda b: b.rank >= 1 and product(b.shape) == n, ["bool"])
    if keep.rank > 1:
        keep = g.moved("Reshape", keep, [n], g.ints([-1]))
    return consumed(g, g.moved(op, v, shape(n), keep, **chosen))

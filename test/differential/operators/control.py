"""Control flow: branches and bodies that capture values, with results of one shape."""
import numpy as np

from graph import Value
from operators import makes
from operators.movement import signed


def small_work(g, v):
    """Two elementwise nodes that keep the shape of `v`."""
    op, slope, most = g.rng.choice([("Tanh", 1, 1), ("Sigmoid", 0.25, 1), ("Neg", 1, v.bound), ("Abs", 1, v.bound)])
    y = g.add(op, [v], (v.dtype, v.shape, -most, most, slope * v.err + (16 * v.unit if slope * most <= 1 else 0)))
    half = g.scalar(v.dtype, 0.5)
    return g.add("Mul", [y, half], (v.dtype, v.shape, -0.5 * y.bound, 0.5 * y.bound, 0.5 * y.err + v.unit * 0.5 * y.bound))


@makes("If")
def branch(g, op):
    v = g.pick(lambda v: v.rank >= 1, ["f32"])
    exact = g.pick(dtypes=["f32", "i64"], exact=True)
    total = g.add("ReduceMax", [exact], (exact.dtype, [], exact.lo, exact.hi, 0), keepdims=0)
    condition = g.add("Less", [total, g.scalar(exact.dtype, g.rng.choice([0, 2]))], ("bool", [], 0, 1, 0))
    ends = []

    def side():
        ends.append(small_work(g, v) if g.rng.random() < 0.8 else v)
        return [], [ends[-1]]
    then_branch, else_branch = g.subgraph("yes", side), g.subgraph("no", side)
    g.add(op, [condition], ("f32", v.shape, min(e.lo for e in ends), max(e.hi for e in ends), max(e.err for e in ends)),
          then_branch=then_branch, else_branch=else_branch)


@makes("Loop")
def loop(g, op):
    """A few rounds of state = f(state) + captured value / 8, with each state as a scan output."""
    v = g.clip(g.pick(lambda v: 1 <= v.rank <= 3, ["f32"]), -1, 1)
    times = g.rng.randint(1, 4)
    err = times * (v.err + 64 * v.unit)

    def body():
        i = g.register(Value(g.name("i"), "i64", (), 0, times), pool=False)
        go = g.register(Value(g.name("go"), "bool", (), 0, 1), pool=False)
        state = g.register(Value(g.name("s"), "f32", v.shape, -1, 1, err), pool=False)
        y = g.add("Tanh", [state], ("f32", v.shape, -1, 1, err))
        part = g.add("Mul", [v, g.scalar("f32", 0.125)], ("f32", v.shape, -0.125, 0.125, v.err))
        y = g.add("Sub", [y, part], ("f32", v.shape, -1, 1, err))
        return [i, go, state], [go, y, y]
    graph = g.subgraph("body", body)
    g.add(op, [g.ints(times), g.constant(np.array(True)), v], ("f32", v.shape, -1.125, 1.125, err),
          ("f32", [times, *v.shape], -1.125, 1.125, err), body=graph)


@makes("Scan")
def scan(g, op):
    """state = tanh(state) - slice / 8 along an axis, from either end; each state is a row of a result, along an axis of its own."""
    v = g.clip(g.pick(lambda v: 2 <= v.rank <= 3, ["f32"]), -1, 1)
    axis = g.rng.randrange(v.rank)
    n, shape = v.shape[axis], (*v.shape[:axis], *v.shape[axis + 1 :])
    err = g.most(n) * (v.err + 64 * v.unit)
    first = g.moved("Gather", v, shape, g.ints(0), axis=axis)

    def body():
        state = g.register(Value(g.name("s"), "f32", shape, -1, 1, err), pool=False)
        part = g.register(Value(g.name("p"), "f32", shape, -1, 1, v.err), pool=False)
        y = g.add("Tanh", [state], ("f32", shape, -1, 1, err))
        eighth = g.add("Mul", [part, g.scalar("f32", 0.125)], ("f32", shape, -0.125, 0.125, v.err))
        y = g.add("Sub", [y, eighth], ("f32", shape, -1.125, 1.125, err))
        return [state, part], [y, y]
    at = g.rng.randint(0, len(shape))
    g.add(op, [first, v], ("f32", shape, -1.125, 1.125, err), ("f32", [*shape[:at], n, *shape[at:]], -1.125, 1.125, err),
          body=g.subgraph("body", body), num_scan_inputs=1, scan_input_axes=[signed(g, axis, v.rank)],
          scan_input_directions=[g.rng.randint(0, 1)], scan_output_axes=[signed(g, at, v.rank)],
          scan_output_directions=[g.rng.randint(0, 1)])

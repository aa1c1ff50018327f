"""Control flow: branches and bodies that capture values, with results of one shape."""
import numpy as np

from graph import Value
from operators import makes


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

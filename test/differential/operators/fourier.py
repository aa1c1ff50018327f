"""DFT, STFT and windows. A sum of n products with cosines and sines, of angles up to a turn times n where they are not reduced."""
from math import pi

from graph import ONNX_TYPE, UNIT, Unfit
from operators import makes
from operators.contractions import sum_of_products
from operators.movement import signed
from operators.reductions import TERMS
from operators.scalars import FUNCTION


def complex_of(g, v):
    """(`v` with a last dim of 1 or 2, that number)."""
    last = g.ints([-1])
    real = g.moved("Unsqueeze", v, [*v.shape, 1], last)
    if g.rng.random() < 0.5:
        return real, 1
    other = g.pick(lambda b: b.shape == v.shape, [v.dtype])
    imaginary = g.moved("Unsqueeze", other, [*v.shape, 1], last)
    return g.add("Concat", [real, imaginary], (v.dtype, [*v.shape, 2], min(v.lo, other.lo), max(v.hi, other.hi),
                                               max(v.err, other.err)), axis=-1), 2


@makes("DFT")
def dft(g, op):
    v = g.pick(lambda v: 1 <= v.rank <= 3, ["f32"])  # ONNX Runtime has factors of f32 for f64 too
    axis = g.rng.randrange(v.rank)
    x, parts = complex_of(g, v)
    size, operands, chosen = v.shape[axis], [x], {}
    length = size
    if g.rng.random() < 0.4:  # cut off, or filled up with zeros
        length = type(size).of(g.rng.choice([1, 4, 5, 8, 16]))
        operands.append(g.scalar("i64", length.constant))
    if g.opset >= 20:
        operands += [None] * (2 - len(operands)) + [g.ints(signed(g, axis, x.rank))] if axis != v.rank - 1 or g.rng.random() < 0.5 else []
    else:
        chosen["axis"] = axis
    kind = g.rng.choice(["forward", "forward", "inverse"] + (["half"] if parts == 1 else []))
    n = g.most(length)
    if n > TERMS:
        raise Unfit
    lo, hi, err = bounds(x, n, g.least(length) if kind == "inverse" else 1)
    if kind != "forward":
        chosen["inverse" if kind == "inverse" else "onesided"] = 1
    count = length // 2 + 1 if kind == "half" else length
    g.add(op, operands, (x.dtype, [*v.shape[:axis], count, *v.shape[axis + 1 :], 2], lo, hi, err), **chosen)


def bounds(x, n, divisor):
    """(lo, hi, err) of n numbers, of two parts at most, times points of the unit circle, over `divisor`."""
    turn = type(x)("", x.dtype, (), -1, 1, (FUNCTION + 4 * pi * n) * x.unit)
    lo, hi, err = sum_of_products(2 * n, x, turn)
    return lo / divisor, hi / divisor, (err + (FUNCTION if divisor > 1 else 0) * x.unit * hi) / divisor


@makes("STFT")
def stft(g, op):
    v = g.pick(lambda v: v.rank == 2 and g.least(v.shape[1]) >= 2, ["f32"])
    size = v.shape[1]
    frame, step = g.rng.randint(2, min(16, g.least(size))), g.rng.randint(1, 5)
    signal = g.moved("Unsqueeze", v, [*v.shape, 1], g.ints([-1])) if g.rng.random() < 0.8 else complex_of(g, v)[0]
    one_sided = g.rng.randint(0, 1) if signal.shape[2] == 1 else 0
    window = g.rng.choice([None, g.random_weight("f32", [frame], 0, 1)])
    given = None if window and g.rng.random() < 0.5 else g.scalar("i64", frame)
    err = signal.err + signal.unit * signal.bound if window else signal.err
    framed = type(v)("", "f32", (), -signal.bound, signal.bound, err)
    frames = (size - frame) // step + 1
    g.add(op, [signal, g.scalar("i64", step), window, given],
          ("f32", [v.shape[0], frames, frame // 2 + 1 if one_sided else frame, 2], *bounds(framed, frame, 1)), onesided=one_sided)


@makes("HannWindow", "HammingWindow", "BlackmanWindow")
def window(g, op):
    """Of a constant size, or of the size of a dim of another value. Values lie in [0, 1], and angles in two turns; ONNX
    defines them by nodes of f32, whatever the type of the result.
    """
    periodic, dtype = g.rng.randint(0, 1), g.rng.choice(["f32", "f32", "f64"] if "f64" in g.floats else ["f32"])
    if g.rng.random() < 0.5:
        n = g.rng.randint(2, 20)
        size = g.scalar(g.rng.choice(["i64", "i32"]), n)
    else:
        v = g.pick(lambda v: any(g.least(d) >= 2 for d in v.shape))
        k = g.rng.choice([k for k, d in enumerate(v.shape) if g.least(d) >= 2])
        n = v.shape[k]
        shape = g.add("Shape", [v], ("i64", [v.rank], 1, max(map(g.most, v.shape)), 0))
        size = g.moved("Gather", shape, [], g.ints(k), axis=0)
    err = (FUNCTION + 3 * 4 * pi + 4) * UNIT["f32"]
    g.add(op, [size], (dtype, [n], -err, 1 + err, err), periodic=periodic, output_datatype=ONNX_TYPE[dtype])

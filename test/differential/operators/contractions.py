"""Products, convolutions and windows: a sum of n products of bounds p, q has n (p e_q + q e_p) + n n u p q of error."""
import numpy as np

from dims import Dim, product
from graph import TINY, Unfit
from operators import makes
from operators.movement import signed
from operators.reductions import TERMS
from operators.scalars import FUNCTION, broadcast


def sum_of_products(n, a, b):
    """(lo, hi, err) of a sum of n products."""
    m = n * a.bound * b.bound
    err = n * (a.bound * b.err + b.bound * a.err + a.err * b.err) + (n + 1) * a.unit * m
    return -m, m, err + (TINY[a.dtype] * n if a.is_float else 0)


@makes("MatMul")
def matmul(g, op):
    a = g.pick(lambda v: v.rank >= 1 and g.most(v.shape[-1]) <= TERMS, g.floats * 3 + ["i32"])
    k = a.shape[-1]
    choice = g.rng.random()
    if choice < 0.6 and k.constant is not None:
        n = g.rng.choice([1, 3, 4, 8, 17, 33, 48])
        shape = g.rng.choice([[k.constant], [k.constant, n], [k.constant, n], [1, k.constant, n]])
        b = g.random_weight(a.dtype, shape)
        if a.rank == 1 and len(shape) == 1:
            raise Unfit
    elif choice < 0.8 and a.rank >= 2:
        order = [*range(a.rank - 2), a.rank - 1, a.rank - 2]
        b = g.moved("Transpose", a, [a.shape[j] for j in order], perm=order)
    else:
        b = g.pick(lambda v: v.rank >= 2 and v.shape[-2] == k, [a.dtype])
    if b.rank == 1:
        shape = a.shape[:-1]
    else:
        batch = broadcast(g, type(a)("", a.dtype, a.shape[:-2], 0, 0), type(a)("", a.dtype, b.shape[:-2], 0, 0))
        if batch is None:
            raise Unfit
        shape = [*batch, *a.shape[-2:-1], b.shape[-1]]
    g.add(op, [a, b], (a.dtype, shape, *sum_of_products(g.most(k), a, b)))


@makes("Gemm")
def gemm(g, op):
    a = g.pick(lambda v: v.rank == 2, [t for t in g.floats if t != "f16"])
    trans_a, trans_b = g.rng.randint(0, 1), g.rng.randint(0, 1)
    m, k = a.shape[::-1] if trans_a else a.shape
    if k.constant is None or k.constant > TERMS:
        raise Unfit
    n, alpha, beta = g.rng.choice([1, 5, 8]), g.rng.choice([1.0, 0.5]), g.rng.choice([1.0, 2.0])
    b = g.random_weight(a.dtype, [n, k.constant] if trans_b else [k.constant, n])
    c = g.rng.choice([None, [n], [1, n], []])
    c = None if c is None else g.random_weight(a.dtype, c)
    lo, hi, err = sum_of_products(k.constant, a, b)
    g.add(op, [a, b, c], (a.dtype, [m, n], lo - 2, hi + 2, err + 3 * a.unit * (hi + 2)), transA=trans_a, transB=trans_b, alpha=alpha, beta=beta)


@makes("Einsum")
def einsum(g, op):
    a = g.pick(lambda v: 2 <= v.rank <= 4 and g.most(v.shape[-1]) <= TERMS, [t for t in g.floats if t != "f16"])
    labels = "abcd"[: a.rank]
    last, k = labels[-1], a.shape[-1]
    choice = g.rng.randrange(3)
    if choice == 0 and k.constant is not None:
        b = g.random_weight(a.dtype, [k.constant, 5])
        return g.add(op, [a, b], (a.dtype, [*a.shape[:-1], 5], *sum_of_products(k.constant, a, b)), equation=f"{labels},{last}z->{labels[:-1]}z")
    if choice == 1:
        free, other = labels[-2], labels[:-2] + "z" + last
        return g.add(op, [a, a], (a.dtype, [*a.shape[:-1], a.shape[-2]], *sum_of_products(g.most(k), a, a)),
                     equation=f"{labels}, {other} -> {labels[:-2]}{free}z")
    n = g.most(k)
    return g.add(op, [a], (a.dtype, a.shape[:-1], -n * a.bound, n * a.bound, n * a.err + n * n * a.unit * a.bound),
                 equation=f"{labels}->{labels[:-1]}")


def spatial(g, v, windows, strides, dilations, pads, op):
    """Dims after windows slide over dims 2, 3, ..; every window must meet at least one element."""
    rank, result = len(windows), []
    for k in range(rank):
        reach = dilations[k] * (windows[k] - 1) + 1
        n = v.shape[2 + k] + (pads[k] + pads[rank + k] - reach)
        if g.least(n) < 0:
            raise Unfit
        result.append(n // strides[k] + 1)
    return result


def window(g, v, padded=True):
    rank = v.rank - 2
    if not 1 <= rank <= 2:
        raise Unfit
    sizes = [g.rng.choice([1, 2, 3]) for _ in range(rank)]
    pads = [g.rng.randint(0, s - 1) if padded else 0 for s in sizes] + [g.rng.randint(0, s - 1) if padded else 0 for s in sizes]
    return sizes, [g.rng.choice([1, 1, 2]) for _ in sizes], [g.rng.choice([1, 1, 2]) for _ in sizes], pads


@makes("Conv")
def conv(g, op):
    v = g.pick(lambda v: 3 <= v.rank <= 4 and v.shape[1].constant is not None and v.shape[1].constant <= 16, ["f32"])
    c = v.shape[1].constant
    group = g.rng.choice([1, 1, c])
    outs = group * g.rng.choice([1, 2]) if group > 1 else g.rng.choice([1, 3, 8, 20])
    sizes, strides, dilations, pads = window(g, v)
    n = c // group * int(np.prod(sizes))
    if n > 2 * TERMS:
        raise Unfit
    w = g.random_weight(v.dtype, [outs, c // group, *sizes])
    b = g.random_weight(v.dtype, [outs]) if g.rng.random() < 0.6 else None
    lo, hi, err = sum_of_products(n, v, w)
    g.add(op, [v, w, b], (v.dtype, [v.shape[0], outs, *spatial(g, v, sizes, strides, dilations, pads, op)], lo - 1, hi + 1,
                          err + 2 * v.unit * (hi + 1)), group=group, strides=strides, dilations=dilations, pads=pads, kernel_shape=sizes)


@makes("ConvTranspose")
def conv_transpose(g, op):
    """An output element takes a part of the window; SAME gives it the input's size times the stride."""
    v = g.pick(lambda v: 3 <= v.rank <= 4 and v.shape[1].constant is not None and v.shape[1].constant <= 16, ["f32"])
    c = v.shape[1].constant
    group = g.rng.choice([1, 1, c])
    outs = g.rng.choice([1, 2, 5])
    sizes, strides, dilations, pads = window(g, v)
    rank, n = len(sizes), c // group * int(np.prod(sizes))
    if n > 2 * TERMS:
        raise Unfit
    w = g.random_weight(v.dtype, [c, outs, *sizes])
    b = g.random_weight(v.dtype, [outs * group]) if g.rng.random() < 0.6 else None
    reaches = [d * (s - 1) + 1 for d, s in zip(dilations, sizes)]
    if all(r >= s for r, s in zip(reaches, strides)) and g.rng.random() < 0.2:
        chosen, shape = {"auto_pad": g.rng.choice(["SAME_UPPER", "SAME_LOWER"])}, [d * s for d, s in zip(v.shape[2:], strides)]
    else:
        more = [g.rng.randint(0, s - 1) for s in strides]
        chosen = {"pads": pads, "output_padding": more}
        shape = [(v.shape[2 + k] - 1) * strides[k] + (more[k] + reaches[k] - pads[k] - pads[rank + k]) for k in range(rank)]
    lo, hi, err = sum_of_products(n, v, w)
    g.add(op, [v, w, b], (v.dtype, [v.shape[0], outs * group, *shape], lo - 1, hi + 1, err + 2 * v.unit * (hi + 1)), group=group,
          strides=strides, dilations=dilations, kernel_shape=sizes, **chosen)


@makes("MaxPool", "AveragePool")
def pool(g, op):
    v = g.pick(lambda v: 3 <= v.rank <= 4, ["f32"])
    sizes, strides, dilations, pads = window(g, v)
    attributes = {}
    if op == "AveragePool":
        dilations = [1] * len(sizes)
        attributes["count_include_pad"] = g.rng.randint(0, 1)
    elif g.rng.random() < 0.5:
        attributes["dilations"] = dilations  # with pads, a window could lie between the elements and meet none
        pads = [p if d == 1 else 0 for p, d in zip(pads, dilations * 2)]
    else:
        dilations = [1] * len(sizes)
    shape = [*v.shape[:2], *spatial(g, v, sizes, strides, dilations, pads, op)]
    n = int(np.prod(sizes))
    err = v.err if op == "MaxPool" else v.err + (n + 1) * v.unit * v.bound
    lo, hi = (v.lo, v.hi) if op == "MaxPool" else (min(v.lo, 0), max(v.hi, 0))
    g.add(op, [v], (v.dtype, shape, lo, hi, err), kernel_shape=sizes, strides=strides, pads=pads, **attributes)


def norm(v, n, p):
    """(lo, hi, err) of the p-norm of n elements; a power that is flushed to zero counts as its root."""
    root = n ** (1 / p)
    return 0, root * v.bound, root * v.err + (n + 2 * FUNCTION) * v.unit * root * v.bound + (n * TINY[v.dtype]) ** (1 / p)


@makes("LpPool")
def norm_pool(g, op):
    v = g.pick(lambda v: 3 <= v.rank <= 4, ["f32"])
    sizes, strides, dilations, pads = window(g, v)
    chosen, p = {}, g.rng.choice([1, 2, 2, 3])
    if g.opset >= 18 and g.rng.random() < 0.5:
        chosen["dilations"] = dilations
        pads = [pad if d == 1 else 0 for pad, d in zip(pads, dilations * 2)]
    else:
        dilations = [1] * len(sizes)
    g.add(op, [v], (v.dtype, [*v.shape[:2], *spatial(g, v, sizes, strides, dilations, pads, op)], *norm(v, int(np.prod(sizes)), p)),
          kernel_shape=sizes, strides=strides, pads=pads, p=p, **chosen)


@makes("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(g, op):
    if op == "GlobalLpPool" and g.opset >= 22:  # neither reference has it
        raise Unfit
    v = g.pick(lambda v: 3 <= v.rank <= 4, ["f32"])
    n, p = g.most(product(v.shape[2:])), g.rng.choice([1, 2, 3])
    lo, hi, err = {"GlobalAveragePool": (v.lo, v.hi, v.err + (n + 1) * v.unit * v.bound), "GlobalMaxPool": (v.lo, v.hi, v.err),
                   "GlobalLpPool": norm(v, n, p)}[op]
    g.add(op, [v], (v.dtype, [*v.shape[:2], *[1] * (v.rank - 2)], lo, hi, err), **({"p": p} if op == "GlobalLpPool" else {}))

"""Operators of com.microsoft, as ONNX Runtime's optimizer writes them."""
from math import sqrt

import numpy as np

from graph import Unfit
from operators import makes
from operators.contractions import sum_of_products
from operators.reductions import TERMS, normalization_error
from operators.scalars import FUNCTION

DOMAIN = "com.microsoft"


def row(v):
    return v.rank >= 2 and v.shape[-1].constant not in (None, 1) and v.shape[-1].constant <= TERMS


@makes(f"{DOMAIN}::BiasGelu", f"{DOMAIN}::FastGelu", f"{DOMAIN}::QuickGelu", f"{DOMAIN}::Gelu")
def gelu(g, op):
    op = op.split("::")[1]
    v = g.clip(g.pick(row if op == "BiasGelu" else lambda v: v.rank >= 1, ["f32"]), -7, 7)
    operands = [v, g.random_weight("f32", [v.shape[-1].constant])] if op == "BiasGelu" else [v]
    g.add(op, operands, ("f32", v.shape, -0.7, 8, 1.3 * v.err + FUNCTION * v.unit * 8 + 2 * v.unit * 8), domain=DOMAIN,
          **({"alpha": 1.702} if op == "QuickGelu" else {}))


@makes(f"{DOMAIN}::FusedMatMul")
def fused_matmul(g, op):
    a = g.pick(lambda v: v.rank >= 2 and g.most(v.shape[-1]) <= TERMS, ["f32"])
    lo, hi, err = sum_of_products(g.most(a.shape[-1]), a, a)
    shape = [*a.shape[:-1], a.shape[-2]]
    g.add(op.split("::")[1], [a, a], ("f32", shape, lo / 2, hi / 2, err / 2 + a.unit * hi), domain=DOMAIN, transB=1, alpha=0.5)


@makes(f"{DOMAIN}::SkipLayerNormalization", f"{DOMAIN}::SkipSimplifiedLayerNormalization")
def skip_normalization(g, op):
    v = g.pick(lambda v: v.rank == 3 and row(v), ["f32"])
    skip = g.pick(lambda b: b.shape == v.shape, ["f32"])
    n, eps = v.shape[-1].constant, 0.5
    operands = [v, skip, g.random_weight("f32", [n], 0.5, 1.5)]
    if "Simplified" not in op and g.rng.random() < 0.7:
        operands.append(g.random_weight("f32", [n]))
    total = type(v)("", "f32", v.shape, v.lo + skip.lo, v.hi + skip.hi, v.err + skip.err + v.unit * (v.bound + skip.bound))
    m = 1.5 * sqrt(n) + 1
    g.add(op.split("::")[1], operands, ("f32", v.shape, -m, m, normalization_error(total, n, eps, 1.5) + v.unit * m), None, None,
          ("f32", v.shape, total.lo, total.hi, total.err), domain=DOMAIN, epsilon=eps)


@makes(f"{DOMAIN}::MatMulNBits")
def matmul_nbits(g, op):
    """Weights of 4 bits in blocks of 16 along K, with the default zero point 8."""
    a = g.pick(lambda v: v.rank >= 2 and v.shape[-1].constant in (16, 32, 48), ["f32"])
    k, n = a.shape[-1].constant, g.rng.choice([4, 17])
    packed = g.constant(g.numbers.integers(0, 256, [n, k // 16, 8]).astype(np.uint8), "w")
    scales = g.random_weight("f32", [n * (k // 16)], 0.01, 0.1)
    weight = type(a)("", "f32", (), -0.8, 0.8, 0.8 * a.unit)
    if a.rank > 3:
        raise Unfit
    g.add(op.split("::")[1], [a, packed, scales], ("f32", [*a.shape[:-1], n], *sum_of_products(k, a, weight)), domain=DOMAIN,
          K=k, N=n, bits=4, block_size=16)


@makes(f"{DOMAIN}::MultiHeadAttention")
def multi_head_attention(g, op):
    q = g.clip(g.pick(lambda v: v.rank == 3 and v.shape[2].constant in (4, 8, 12, 16) and g.most(v.shape[1]) <= TERMS, ["f32"]), -2, 2)
    k, v = (g.clip(g.pick(lambda b: b.shape == q.shape, ["f32"]), -2, 2) for _ in range(2))
    d, heads = q.shape[2].constant, g.rng.choice([1, 2, 4])
    size, n, u = d // heads, g.most(q.shape[1]), q.unit
    score = sum_of_products(size, q, k)
    p_err = score[2] / sqrt(size) + u * (n + 2 * FUNCTION + 4 * score[1])
    g.add(op.split("::")[1], [q, k, v], ("f32", q.shape, -v.bound, v.bound, v.err + n * v.bound * p_err + n * u * v.bound), domain=DOMAIN,
          num_heads=heads)

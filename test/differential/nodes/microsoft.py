"""Cases of the com.microsoft operators that sinter imports."""
from functools import partial

import numpy as np

from .case import Case as AnyCase
from .case import normal

B, S, D, H = 2, 3, 8, 16
Case = partial(AnyCase, domain="com.microsoft")


def elementwise(f):
    x, skip, line = f(B, S, D), f(B, S, D), f(D)
    symbols = {"x": ["B", "S", D], "skip": ["B", "S", D]}
    sums = {"outputs": ("y", "", "", "sum"), "symbols": symbols}
    yield Case("skip", "SkipLayerNormalization", {"x": x, "skip": skip, "g": line, "b": f(D), "bias": f(D)},
               {"epsilon": 1e-5}, constants=("g", "b", "bias"), **sums)
    yield Case("skip-plain", "SkipLayerNormalization", {"x": x, "skip": skip, "g": line}, symbols=symbols)
    for rank, part in ((3, skip[:1]), (2, skip[0])):
        yield Case(f"skip-broadcast{rank}", "SkipLayerNormalization", {"x": x, "skip": part, "g": line, "b": f(D)})
    yield Case("skip-simplified", "SkipSimplifiedLayerNormalization", {"x": x, "skip": skip, "g": line, "bias": f(D)},
               {"epsilon": 1e-6}, **sums)
    yield Case("skip-simplified2", "SkipSimplifiedLayerNormalization", {"x": x[0], "skip": skip[0], "g": line})
    yield AnyCase("simplified", "SimplifiedLayerNormalization", {"x": x, "g": line}, {"epsilon": 1e-6},
                  outputs=("y", "inverse"), domain="")
    yield Case("bias-gelu", "BiasGelu", {"x": x, "b": line}, symbols=symbols)
    yield Case("gelu", "Gelu", {"x": x})
    yield Case("fast-gelu", "FastGelu", {"x": x}, symbols=symbols)
    yield Case("fast-gelu-bias", "FastGelu", {"x": x, "b": line})
    yield Case("quick-gelu", "QuickGelu", {"x": x})
    yield Case("quick-gelu-alpha", "QuickGelu", {"x": x}, {"alpha": 1.1})


def products(f, generator):
    for a in (0, 1):
        for b in (0, 1):
            left = f(2, 3, 5, 4) if a else f(2, 3, 4, 5)
            right = f(2, 3, 6, 5) if b else f(2, 3, 5, 6)
            yield Case(f"fused-matmul{a}{b}", "FusedMatMul", {"a": left, "b": right}, {"transA": a, "transB": b, "alpha": 0.5})
        left, right = (f(5, 2, 3, 4), f(6, 2, 3, 5)) if a else (f(4, 2, 3, 5), f(5, 2, 3, 6))
        yield Case(f"fused-matmul-batch-a{a}", "FusedMatMul", {"a": left, "b": f(2, 3, 5, 6)}, {"transA": a, "transBatchA": 1})
        yield Case(f"fused-matmul-batch-b{a}", "FusedMatMul", {"a": f(2, 3, 4, 5), "b": right}, {"transB": a, "transBatchB": 1})
    for bits in (2, 4, 8):
        for k, block in ((64, 32), (40, 16), (80, 32)):
            blocks = -(-k // block)
            given = {"a": f(2, 3, k), "w": generator.integers(0, 256, (6, blocks, block * bits // 8)).astype(np.uint8),
                     "s": f(6, blocks) / 10}
            zeros = generator.integers(0, 256, (6, -(-blocks * bits // 8))).astype(np.uint8)
            attributes = {"K": k, "N": 6, "bits": bits, "block_size": block}
            nbits = partial(Case, op="MatMulNBits", attributes=attributes, constants=("w", "s", "z", "bias"), tolerance=1e-4)
            yield nbits(f"nbits{bits}-{k}", given=given, symbols={"a": ["B", "S", k]})
            yield nbits(f"nbits{bits}-{k}-zeros", given=given | {"z": zeros, "_g": 0, "bias": f(6)})
            if bits < 8:
                yield nbits(f"nbits{bits}-{k}-float-zeros", given=given | {"z": f(6, blocks)})
    weights = generator.integers(0, 256, (128, 8, 16)).astype(np.uint8)
    given = {"a": f(5, 256), "w": weights, "s": f(128, 8) / 10}
    attributes = {"K": 256, "N": 128, "bits": 4, "block_size": 32}
    zeros = generator.integers(0, 256, (128, 4)).astype(np.uint8)
    yield Case("nbits-recipe", "MatMulNBits", given | {"z": zeros}, attributes, constants=("w", "s", "z"), tolerance=1e-4)
    yield Case("nbits-inputs", "MatMulNBits", given, attributes, tolerance=1e-4)


def rotary(f):
    positions = np.array([[3, 4, 5], [0, 1, 2]])
    for interleaved in (0, 1):
        for kind, size, extra in (("whole", 4, {}), ("part", 2, {"num_heads": 4, "rotary_embedding_dim": 4})):
            caches = {"cos": f(16, size), "sin": f(16, size)}
            attributes = {"interleaved": interleaved} | extra
            name = f"rotary-{kind}{interleaved}"
            yield Case(f"{name}-3d", "RotaryEmbedding", {"x": f(2, 3, 32), "p": positions} | caches, attributes,
                       symbols={"x": ["B", "S", 32], "p": ["B", "S"]})
            yield Case(f"{name}-4d", "RotaryEmbedding", {"x": f(2, 4, 3, 8), "p": positions} | caches, attributes)
            yield Case(f"{name}-offset", "RotaryEmbedding", {"x": f(2, 3, 32), "p": np.array([5])} | caches, attributes)


def heads(f):
    n, width, past = 4, 32, 2
    q, k, v = f(B, S, width), f(B, S, width), f(B, S, width)
    given = {"q": q, "k": k, "v": v}
    symbols = {name: ["B", "S", width] for name in given}
    mha = partial(Case, op="MultiHeadAttention", attributes={"num_heads": n})
    bias, absent = {"b": f(3 * width)}, {"_b": 0}
    yield mha("mha", given=given, symbols=symbols)
    yield mha("mha-bias", given=given | bias, constants=("b",), symbols=symbols)
    yield mha("mha-scale", given=given, attributes={"num_heads": n, "scale": 0.7})
    yield mha("mha-causal", given=given, attributes={"num_heads": n, "unidirectional": 1}, symbols=symbols)
    yield mha("mha-cross", given={"q": q, "k": f(B, 5, width), "v": f(B, 5, 24)},
              symbols={"q": ["B", "S", width], "k": ["B", "L", width], "v": ["B", "L", 24]})
    yield mha("mha-projected", given={"q": q, "k": f(B, n, 5, 8), "v": f(B, n, 5, 8)} | bias)
    masks = {"lengths": np.array([2, 3], np.int32), "keys": np.array([[1, 1, 0], [1, 0, 0]], np.int32),
             "pairs": np.array([[[1, 0, 0], [1, 1, 0], [1, 0, 1]]] * 2, np.int32)}
    for name, mask in masks.items():
        yield mha(f"mha-mask-{name}", given=given | absent | {"m": mask})
    yield mha("mha-mask-filter", given=given | absent | {"m": masks["keys"]},
              attributes={"num_heads": n, "mask_filter_value": -1.5}, symbols=symbols | {"m": ["B", "S"]})
    for a, b in ((B, n), (1, n), (B, 1), (1, 1)):
        yield mha(f"mha-scores{a}{b}", given=given | absent | {"_m": 0, "s": f(a, b, S, S)})
    cached = {"outputs": ("y", "keys", "values")}
    for rows in (past, 0):
        yield mha(f"mha-past{rows}", given=given | absent | {"_m": 0, "_s": 0, "pk": f(B, n, rows, 8), "pv": f(B, n, rows, 8)},
                  symbols=symbols | {"pk": ["B", n, "P", 8], "pv": ["B", n, "P", 8]}, **cached)
    mask = np.array([[1, 1, 0, 1, 1], [1, 0, 1, 1, 1]], np.int32)
    yield mha("mha-all", given=given | bias | {"m": mask, "s": f(1, n, S, S + past), "pk": f(B, n, past, 8),
                                               "pv": f(B, n, past, 8)},
              attributes={"num_heads": n, "unidirectional": 1}, **cached)


def grouped(f):
    n, kv = 4, 2

    def case(name, batch, rows, past, last, extra=None, packed=False, rotary=None, symbolic=True, size=H, **attributes):
        given = {"q": f(batch, rows, (n + 2 * kv) * size), "_k": 0, "_v": 0} if packed else {
            "q": f(batch, rows, n * size), "k": f(batch, rows, kv * size), "v": f(batch, rows, kv * size)}
        caches = ("pk", "pv") if past is not None else ("_pk", "_pv")
        given |= {cache: f(batch, kv, past or 0, size) for cache in caches}
        given |= {"last": np.array(last, np.int32), "total": np.array(max(last) + 1, np.int32)}
        angles = {name: f(32, rotary) for name in ("cos", "sin")} if rotary else {"_cos": 0, "_sin": 0}
        given |= angles
        for input_name in ("positions", "scores", "sinks"):
            given |= {input_name: extra[input_name]} if input_name in (extra or {}) else {f"_{input_name}": 0}
        symbols = {name: ["B", "S", given[name].shape[2]] for name in ("q", "k", "v") if name in given}
        symbols |= {name: ["B", kv, "P", size] for name in caches} | {"last": ["B"]}
        attributes = {"num_heads": n, "kv_num_heads": kv} | ({"do_rotary": 1} if rotary else {}) | attributes
        return Case(f"gqa-{name}", "GroupQueryAttention", given, attributes, outputs=("y", "keys", "values"),
                    symbols=symbols if symbolic else {}, constants=() if symbolic else ("total",),
                    lengths=tuple(index + 1 for index in last))

    yield case("prompt", 2, 3, None, [2, 2])
    yield case("prompt-packed", 2, 3, None, [2, 2], packed=True)
    yield case("prompt-empty-past", 2, 3, 0, [2, 2])
    yield case("prompt-buffer", 2, 3, 8, [2, 2])
    yield case("decode", 1, 1, 4, [4])
    yield case("decode-static", 1, 1, 4, [4], symbolic=False)
    yield case("decode-ragged", 2, 1, 4, [4, 2])
    yield case("decode-ragged-static", 2, 1, 4, [4, 2], symbolic=False)
    yield case("decode-buffer", 2, 1, 8, [4, 2])
    yield case("chunk", 1, 3, 4, [6])
    for interleaved in (0, 1):
        name, turn = f"rotary{interleaved}", {"rotary": H // 2, "rotary_interleaved": interleaved}
        yield case(f"{name}-prompt", 2, 3, 0, [2, 2], **turn)
        yield case(f"{name}-decode", 2, 1, 4, [4, 2], **turn)
        yield case(f"{name}-part", 2, 1, 4, [4, 2], size=32, **turn)
        yield case(f"{name}-packed-chunk", 1, 3, 4, [6], packed=True, **turn)
        yield case(f"{name}-positions", 2, 1, 4, [4, 2], {"positions": np.array([[4], [2]])}, **turn)
    for window in (1, 2, 3):
        yield case(f"window{window}-decode", 1, 1, 6, [6], local_window_size=window)
        yield case(f"window{window}-prompt", 2, 5, 0, [4, 4], local_window_size=window)
    yield case("scale", 2, 1, 4, [4, 3], scale=0.3)
    yield case("softcap", 2, 3, 0, [2, 2], {"scores": f(2, n, 3, 3)}, softcap=0.5)
    yield case("scores", 2, 3, 0, [2, 2], {"scores": f(1, 1, 3, 3)})
    yield case("scores-decode", 1, 1, 4, [4], {"scores": f(1, n, 1, 5)})
    yield case("not-causal", 2, 3, 0, [2, 2], causal=0)
    yield case("smooth", 2, 3, 0, [2, 2], smooth_softmax=1)
    yield case("sinks", 2, 3, 0, [2, 2], {"sinks": f(n)})


def cases():
    generator = np.random.default_rng(1)
    f = partial(normal, generator)
    for family in (elementwise(f), products(f, generator), rotary(f), heads(f), grouped(f)):
        yield from family

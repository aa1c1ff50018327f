"""The models that run.py measures, with random weights: the graphs that exporters write for the architectures of these names.

A builder returns (model, cases); a case has the inputs' arrays and what one run cannot avoid: the multiply-adds of its products and
convolutions as `flops` (two each), the bytes of weights they read, and of the key-value cache. With `kept`, sinter keeps the cache
itself (--stateful) and times a step behind so many positions; the peers are fed theirs.
"""
from dataclasses import dataclass, replace
from math import prod, sqrt

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from suite import ROOT

F32, I64, OPSET = TensorProto.FLOAT, TensorProto.INT64, 20


@dataclass
class Case:
    inputs: dict
    flops: float
    weight_bytes: float
    kv_bytes: float = 0.0
    kept: int = 0


class Builder:
    """Nodes and weights of a graph; `products` counts multiply-adds per position, `weights` the numbers that products read."""

    def __init__(self, prefix=""):
        self.prefix = prefix
        self.nodes, self.initializers, self.numbers = [], [], np.random.default_rng(0)
        self.weights = self.products = 0

    def __call__(self, op, *inputs, outputs=1, **attributes):
        names = [f"{self.prefix}{op.lower()}_{len(self.nodes)}_{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, array):
        name = f"w{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def ints(self, *numbers):
        return self.constant(np.array(numbers, np.int64))

    def scalar(self, number):
        return self.constant(np.float32(number))

    def random(self, *shape, scale):
        return self.constant(self.numbers.standard_normal(shape, np.float32) * np.float32(scale))

    def ones(self, *shape):
        return self.constant(np.ones(shape, np.float32))

    def zeros(self, *shape):
        return self.constant(np.zeros(shape, np.float32))

    def linear(self, x, k, n, bias=True):
        self.weights += k * n
        y = self("MatMul", x, self.random(k, n, scale=1 / sqrt(k)))
        return self("Add", self.random(n, scale=0.02), y) if bias else y

    def layer_norm(self, x, n, epsilon):
        return self("LayerNormalization", x, self.ones(n), self.zeros(n), axis=-1, epsilon=epsilon)

    def model(self, name, inputs, outputs):
        infos = [[helper.make_tensor_value_info(k, t, shape) for k, (t, shape) in part.items()] for part in (inputs, outputs)]
        for old, new in zip(self.ends, outputs):
            self.nodes.append(helper.make_node("Identity", [old], [new]))
        graph = helper.make_graph(self.nodes, name, *infos, self.initializers)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def heads_of(b, x, heads, size, order=(0, 2, 1, 3)):
    return b("Transpose", b("Reshape", x, b.ints(0, 0, heads, size)), perm=list(order))


def attention(b, q, k, v, d, size, mask):
    """q, v [batch, heads, length, size], k with its last dims exchanged -> [batch, length, d]."""
    scores = b("Div", b("MatMul", q, k), b.scalar(sqrt(size)))
    p = b("Softmax", b("Add", scores, mask) if mask else scores, axis=-1)
    return b("Reshape", b("Transpose", b("MatMul", p, v), perm=[0, 2, 1, 3]), b.ints(0, 0, d))


def feed_forward(b, x, d, f):
    h = b.linear(x, d, f)
    erf = b("Erf", b("Div", h, b.scalar(sqrt(2))))
    return b.linear(b("Mul", b("Mul", h, b("Add", erf, b.scalar(1))), b.scalar(0.5)), f, d)


def bert(layers, d, heads, f, sizes, padded=(), vocab=30522):
    """An encoder as Hugging Face's eager attention exports it: post-norm, padding mask as a large negative number. Of
    batches of `padded` sizes, lengths go evenly from a fifth to all of the positions, 60 % of them in the mean."""
    b, size = Builder(), d // heads
    mask = b("Cast", b("Unsqueeze", "attention_mask", b.ints(1, 2)), to=F32)
    mask = b("Mul", b("Sub", b.scalar(1), mask), b.scalar(np.finfo(np.float32).min))
    length = b("Slice", b("Shape", "input_ids"), b.ints(1), b.ints(2))
    positions = b("Slice", b.constant(np.arange(512, dtype=np.int64)[None]), b.ints(0), length, b.ints(1))
    x = b("Add", b("Gather", b.random(vocab, d, scale=0.02), "input_ids"), b("Gather", b.random(2, d, scale=0.02), "token_type_ids"))
    x = b.layer_norm(b("Add", x, b("Gather", b.random(512, d, scale=0.02), positions)), d, 1e-12)
    for _ in range(layers):
        q, v = (heads_of(b, b.linear(x, d, d), heads, size) for _ in range(2))
        k = heads_of(b, b.linear(x, d, d), heads, size, (0, 2, 3, 1))
        x = b.layer_norm(b("Add", b.linear(attention(b, q, k, v, d, size, mask), d, d), x), d, 1e-12)
        x = b.layer_norm(b("Add", feed_forward(b, x, d, f), x), d, 1e-12)
    b.ends = [x]
    ids = (I64, ["batch", "sequence"])
    model = b.model("bert", {k: ids for k in ("input_ids", "attention_mask", "token_type_ids")},
                    {"last_hidden_state": (F32, ["batch", "sequence", d])})
    cases = {}
    for n, s in (*sizes, *padded):
        lengths = np.linspace(s / 5, s, n) if (n, s) in padded else np.full(n, s)
        feed = {"input_ids": np.random.default_rng(0).integers(0, vocab, (n, s)),
                "attention_mask": (np.arange(s) < lengths[:, None]).astype(np.int64), "token_type_ids": np.zeros((n, s), np.int64)}
        title = f"({n},{s})" + (", 60 % of it real" if (n, s) in padded else "")
        cases[title] = Case(feed, 2 * n * s * b.weights + layers * 4 * n * s * s * d, 4 * b.weights)
    return model, cases


def vit(layers=12, d=768, heads=12, f=3072, patch=16, image=224):
    """A pre-norm vision transformer; Q, K and V in one product."""
    b, size, s = Builder(), d // heads, (image // patch) ** 2 + 1
    x = b("Conv", "pixel_values", b.random(d, 3, patch, patch, scale=0.02), b.zeros(d), strides=[patch, patch], kernel_shape=[patch, patch])
    x = b("Transpose", b("Reshape", x, b.ints(0, d, -1)), perm=[0, 2, 1])
    batch = b("Slice", b("Shape", "pixel_values"), b.ints(0), b.ints(1))
    first = b("Expand", b.random(1, 1, d, scale=0.02), b("Concat", batch, b.ints(1, d), axis=0))
    x = b("Add", b("Concat", first, x, axis=1), b.random(1, s, d, scale=0.02))
    for _ in range(layers):
        qkv = b("Transpose", b("Reshape", b.linear(b.layer_norm(x, d, 1e-6), d, 3 * d), b.ints(0, 0, 3, heads, size)), perm=[2, 0, 3, 1, 4])
        q, k, v = (b("Gather", qkv, b.constant(np.int64(j)), axis=0) for j in range(3))
        y = attention(b, q, b("Transpose", k, perm=[0, 1, 3, 2]), v, d, size, None)
        x = b("Add", x, b.linear(y, d, d))
        x = b("Add", x, feed_forward(b, b.layer_norm(x, d, 1e-6), d, f))
    flops = 2 * s * b.weights + layers * 4 * s * s * d + 2 * (s - 1) * 3 * patch * patch * d
    b.ends = [b.linear(b("Gather", b.layer_norm(x, d, 1e-6), b.constant(np.int64(0)), axis=1), d, 1000)]
    model = b.model("vit", {"pixel_values": (F32, ["batch", 3, image, image])}, {"logits": (F32, ["batch", 1000])})
    feed = {"pixel_values": np.random.default_rng(0).standard_normal((1, 3, image, image), np.float32)}
    return model, {"(1)": Case(feed, flops + 2 * d * 1000, 4 * b.weights)}


def rotate(b, x, cos, sin, size):
    """Rotary embedding with the halves exchanged."""
    first, second = b("Split", x, b.ints(size // 2, size // 2), axis=-1, outputs=2)
    return b("Add", b("Mul", x, cos), b("Mul", b("Concat", b("Neg", second), first, axis=-1), sin))


def rms_norm(b, x, n):
    mean = b("ReduceMean", b("Pow", x, b.scalar(2)), b.ints(-1), keepdims=1)
    return b("Mul", b.ones(n), b("Mul", x, b("Reciprocal", b("Sqrt", b("Add", mean, b.scalar(1e-5))))))


def causal_mask(b):
    """[batch, 1, sequence, total]: 0 where a position sees another, else the lowest number."""
    total = b("Gather", b("Shape", "attention_mask"), b.constant(np.int64(1)), axis=0)
    length = b("Gather", b("Shape", "input_ids"), b.constant(np.int64(1)), axis=0)
    zero, one = b.constant(np.int64(0)), b.constant(np.int64(1))
    own = b("Add", b("Range", zero, length, one), b("Sub", total, length))
    seen = b("LessOrEqual", b("Range", zero, total, one), b("Unsqueeze", own, b.ints(1)))
    real = b("Cast", b("Unsqueeze", "attention_mask", b.ints(1, 2)), to=TensorProto.BOOL)
    return b("Where", b("And", seen, real), b.scalar(0), b.scalar(np.finfo(np.float32).min))


def repeat_heads(b, x, heads, groups, size):
    """[batch, heads, total, size] -> every head `groups` times, by Expand."""
    dims = b("Shape", x)
    batch, total = (b("Slice", dims, b.ints(k), b.ints(k + 1)) for k in (0, 2))
    x = b("Expand", b("Unsqueeze", x, b.ints(2)), b("Concat", batch, b.ints(heads, groups), total, b.ints(size), axis=0))
    return b("Reshape", x, b("Concat", batch, b.ints(heads * groups), total, b.ints(size), axis=0))


def smollm2(layers=30, d=576, heads=9, kv=3, size=64, f=1536, vocab=49152):
    """A Llama decoder as Hugging Face's eager attention exports it, past and present as inputs and outputs."""
    b = Builder()
    table = b.random(vocab, d, scale=0.02)
    x, mask, present = b("Gather", table, "input_ids"), causal_mask(b), []
    inverse = b.constant((1 / 10000 ** (np.arange(0, size, 2) / size)).astype(np.float32))
    angles = b("Mul", b("Cast", b("Unsqueeze", "position_ids", b.ints(1, 3)), to=F32), inverse)
    angles = b("Concat", angles, angles, axis=-1)
    cos, sin = b("Cos", angles), b("Sin", angles)
    for k in range(layers):
        y = rms_norm(b, x, d)
        query = rotate(b, heads_of(b, b.linear(y, d, heads * size, False), heads, size), cos, sin, size)
        key = rotate(b, heads_of(b, b.linear(y, d, kv * size, False), kv, size), cos, sin, size)
        value = heads_of(b, b.linear(y, d, kv * size, False), kv, size)
        key, value = (b("Concat", f"past_key_values.{k}.{n}", new, axis=2) for n, new in (("key", key), ("value", value)))
        present += [key, value]
        key, value = (repeat_heads(b, t, kv, heads // kv, size) for t in (key, value))
        y = attention(b, query, b("Transpose", key, perm=[0, 1, 3, 2]), value, d, size, mask)
        x = b("Add", x, b.linear(y, heads * size, d, False))
        y = rms_norm(b, x, d)
        gate = b.linear(y, d, f, False)
        gate = b("Mul", gate, b("Sigmoid", gate))
        x = b("Add", x, b.linear(b("Mul", gate, b.linear(y, d, f, False)), f, d, False))
    b.ends = [b("MatMul", rms_norm(b, x, d), b("Transpose", table, perm=[1, 0])), *present]
    return decoder("smollm2", b, layers, heads, kv, size, vocab)


def gpt2(layers=12, d=768, heads=12, vocab=50257):
    """GPT-2 (Radford et al., 2019) with past and present: pre-norm, one product for Q, K and V, GELU by tanh."""
    b, size = Builder(), d // heads
    table = b.random(vocab, d, scale=0.02)
    x, mask, present = b("Gather", table, "input_ids"), causal_mask(b), []
    x = b("Add", x, b("Gather", b.random(1024, d, scale=0.02), "position_ids"))
    for k in range(layers):
        parts = b("Split", b.linear(b.layer_norm(x, d, 1e-5), d, 3 * d), b.ints(d, d, d), axis=-1, outputs=3)
        query, key, value = (heads_of(b, part, heads, size) for part in parts)
        key, value = (b("Concat", f"past_key_values.{k}.{n}", new, axis=2) for n, new in (("key", key), ("value", value)))
        present += [key, value]
        y = attention(b, query, b("Transpose", key, perm=[0, 1, 3, 2]), value, d, size, mask)
        x = b("Add", x, b.linear(y, d, d))
        h = b.linear(b.layer_norm(x, d, 1e-5), d, 4 * d)
        cubed = b("Mul", b("Add", h, b("Mul", b("Pow", h, b.scalar(3)), b.scalar(0.044715))), b.scalar(sqrt(2 / np.pi)))
        x = b("Add", x, b.linear(b("Mul", b("Mul", h, b.scalar(0.5)), b("Add", b("Tanh", cubed), b.scalar(1))), 4 * d, d))
    b.ends = [b("MatMul", b.layer_norm(x, d, 1e-5), b("Transpose", table, perm=[1, 0])), *present]
    return decoder("gpt2", b, layers, heads, heads, size, vocab)


def decoder(name, b, layers, heads, kv, size, vocab):
    """Model and cases of a decoder whose ends are logits, then present keys and values of each layer; the table of `vocab`
    rows is the last product's weight too."""
    b.weights += vocab * heads * size
    caches = [f"{k}.{n}" for k in range(layers) for n in ("key", "value")]
    model = b.model(name, {"input_ids": (I64, ["batch", "sequence"]), "attention_mask": (I64, ["batch", "total"]),
                           "position_ids": (I64, ["batch", "sequence"])}
                    | {f"past_key_values.{c}": (F32, ["batch", kv, "past", size]) for c in caches},
                    {"logits": (F32, ["batch", "sequence", vocab])} | {f"present.{c}": (F32, ["batch", kv, "total", size]) for c in caches})
    cases = {title: decoder_case(b, layers, heads, kv, size, vocab, caches, s, past)
             for title, s, past in (("prefill 128", 128, 0), ("decode at 512", 1, 512))}
    return model, cases | {"decode at 512, stateful": replace(cases["decode at 512"], kept=512)}


def decoder_case(b, layers, heads, kv, size, vocab, caches, s, past):
    numbers = np.random.default_rng(0)
    feed = {"input_ids": numbers.integers(0, vocab, (1, s)), "attention_mask": np.ones((1, past + s), np.int64),
            "position_ids": np.arange(past, past + s)[None]}
    feed |= {f"past_key_values.{c}": numbers.standard_normal((1, kv, past, size), np.float32) for c in caches}
    seen = sum(past + k + 1 for k in range(s))  # causal: position k sees past + k + 1
    return Case(feed, 2 * s * b.weights + layers * 4 * seen * heads * size, 4 * b.weights, 8 * layers * kv * size * past)


def selective_scan(layers=4, d=256, states=16, width=4, length=1024):
    """Mamba blocks (Gu and Dao, 2023): a causal depthwise convolution, then a Scan over positions."""
    b, e, rank = Builder(), 2 * d, d // 16
    x = "x"
    for _ in range(layers):
        u, z = b("Split", b.linear(rms_norm(b, x, d), d, 2 * e, False), b.ints(e, e), axis=-1, outputs=2)
        u = b("Conv", b("Transpose", u, perm=[0, 2, 1]), b.random(e, 1, width, scale=0.5), b.zeros(e), group=e, pads=[width - 1, 0],
              kernel_shape=[width])
        u = b("Transpose", b("Mul", u, b("Sigmoid", u)), perm=[0, 2, 1])
        step, inward, outward = b("Split", b.linear(u, e, rank + 2 * states, False), b.ints(rank, states, states), axis=-1, outputs=3)
        step = b("Softplus", b.linear(step, rank, e))
        decay = b.constant(-np.tile(np.arange(1, states + 1, dtype=np.float32), (e, 1)))
        y = scan_over_time(b, decay, step, u, inward, outward, e, states)
        y = b("Mul", b("Add", y, b("Mul", u, b.ones(e))), b("Mul", z, b("Sigmoid", z)))
        x = b("Add", x, b.linear(y, e, d, False))
    b.ends = [x]
    model = b.model("selective_scan", {"x": (F32, ["batch", "sequence", d])}, {"y": (F32, ["batch", "sequence", d])})
    feed = {"x": np.random.default_rng(0).standard_normal((1, length, d), np.float32)}
    return model, {f"(1,{length})": Case(feed, length * (2 * b.weights + layers * e * states * 6), 4 * b.weights)}


def scan_over_time(b, decay, step, u, inward, outward, e, states):
    """h = exp(step A) h + step u B; y = h C, with h [batch, e, states]; sequences have the time in dim 1."""
    body = Builder(f"step_{len(b.nodes)}_")
    body.initializers = b.initializers  # one list of names; the body reads the outer graph's
    delta, wide = body("Unsqueeze", "step", b.ints(2)), body("Unsqueeze", "u", b.ints(2))
    inner = body("Mul", body("Mul", delta, wide), body("Unsqueeze", "inward", b.ints(1)))
    h = body("Add", body("Mul", body("Exp", body("Mul", delta, decay)), "h"), inner)
    y = body("Squeeze", body("MatMul", h, body("Unsqueeze", "outward", b.ints(2))), b.ints(2))
    body.nodes += [helper.make_node("Identity", [old], [new]) for old, new in ((h, "h_next"), (y, "y_now"))]
    inputs = {"h": ["batch", e, states], "step": ["batch", e], "u": ["batch", e], "inward": ["batch", states], "outward": ["batch", states]}
    outputs = {"h_next": ["batch", e, states], "y_now": ["batch", e]}
    graph = helper.make_graph(body.nodes, "step", *([helper.make_tensor_value_info(k, F32, v) for k, v in part.items()] for part in (inputs, outputs)))
    batch = b("Slice", b("Shape", step), b.ints(0), b.ints(1))
    first = b("ConstantOfShape", b("Concat", batch, b.ints(e, states), axis=0), value=numpy_helper.from_array(np.zeros(1, np.float32)))
    return b("Scan", first, step, u, inward, outward, outputs=2, body=graph, num_scan_inputs=4, scan_input_axes=[1] * 4,
             scan_output_axes=[1])[1]


def gated_linear_attention(layers=4, d=256, heads=4, length=1024):
    """Blocks of gated linear attention (Yang et al., 2024), a Scan over positions: S = a S + k v, y = q S."""
    b, size = Builder(), d // heads
    x = "x"
    for _ in range(layers):
        y = rms_norm(b, x, d)
        query, key, value, gate = (b("Reshape", b.linear(y, d, d, False), b.ints(0, 0, heads, size)) for _ in range(4))
        gate = b("Sigmoid", gate)
        body = Builder(f"step_{len(b.nodes)}_")
        body.initializers = b.initializers
        new = body("Mul", body("Unsqueeze", "key", b.ints(3)), body("Unsqueeze", "value", b.ints(2)))
        state = body("Add", body("Mul", body("Unsqueeze", "gate", b.ints(3)), "state"), new)
        now = body("Squeeze", body("MatMul", body("Unsqueeze", "query", b.ints(2)), state), b.ints(2))
        body.nodes += [helper.make_node("Identity", [old], [name]) for old, name in ((state, "state_next"), (now, "y_now"))]
        step, whole = ["batch", heads, size], ["batch", heads, size, size]
        infos = [[helper.make_tensor_value_info(k, F32, v) for k, v in part] for part in
                 ((("state", whole), ("query", step), ("key", step), ("value", step), ("gate", step)), (("state_next", whole), ("y_now", step)))]
        batch = b("Slice", b("Shape", query), b.ints(0), b.ints(1))
        first = b("ConstantOfShape", b("Concat", batch, b.ints(heads, size, size), axis=0), value=numpy_helper.from_array(np.zeros(1, np.float32)))
        y = b("Scan", first, query, key, value, gate, outputs=2, body=helper.make_graph(body.nodes, "step", *infos), num_scan_inputs=4,
              scan_input_axes=[1] * 4, scan_output_axes=[1])[1]
        x = b("Add", x, b.linear(b("Reshape", y, b.ints(0, 0, d)), d, d, False))
    b.ends = [x]
    model = b.model("gla", {"x": (F32, ["batch", "sequence", d])}, {"y": (F32, ["batch", "sequence", d])})
    feed = {"x": np.random.default_rng(0).standard_normal((1, length, d), np.float32)}
    return model, {f"(1,{length})": Case(feed, length * (2 * b.weights + layers * heads * size * size * 5), 4 * b.weights)}


def lstm(layers=2, d=256, length=256):
    """A stack of LSTMs, time first."""
    b, x = Builder(), "x"
    for _ in range(layers):
        weights = [b.random(1, *shape, scale=1 / sqrt(d)) for shape in ((4 * d, d), (4 * d, d), (8 * d,))]
        b.weights += 8 * d * d
        x = b("Squeeze", b("LSTM", x, *weights, hidden_size=d), b.ints(1))
    b.ends = [x]
    model = b.model("lstm", {"x": (F32, ["sequence", "batch", d])}, {"y": (F32, ["sequence", "batch", d])})
    return model, {f"({n},{length})": Case({"x": np.random.default_rng(0).standard_normal((length, n, d), np.float32)},
                                           2 * n * length * b.weights, 4 * b.weights) for n in (1, 8)}


class Cnn(Builder):
    """Convolutions with the batch normalization folded into weight and bias, as exporters leave them."""

    def conv(self, x, side, ins, outs, kernel=1, stride=1, group=1, act=None):
        """(result, its side): `side` is height and width of the square input."""
        side, shape = (side - 1) // stride + 1, (outs, ins // group, kernel, kernel)
        y = self("Conv", x, self.random(*shape, scale=sqrt(2 / prod(shape[1:]))), self.zeros(outs), group=group, kernel_shape=[kernel] * 2,
                 strides=[stride] * 2, pads=[kernel // 2] * 4)
        self.weights += prod(shape)
        self.products += prod(shape) * side * side
        return self(act, y) if act else y, side

    def classifier(self, name, y, wide):
        self.ends = [y]
        self.weights += wide * 1000
        model = self.model(name, {"pixel_values": (F32, ["batch", 3, 224, 224])}, {"logits": (F32, ["batch", 1000])})
        feed = {"pixel_values": np.random.default_rng(0).standard_normal((1, 3, 224, 224), np.float32)}
        return model, {"(1)": Case(feed, 2 * (self.products + wide * 1000), 4 * self.weights)}

    def gemm(self, x, k, n):
        return self("Gemm", x, self.random(n, k, scale=1 / sqrt(k)), self.zeros(n), transB=1)


def resnet50():
    b = Cnn()
    x, side = b.conv("pixel_values", 224, 3, 64, 7, 2, act="Relu")
    x, side, ins = b("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4), 56, 64
    for blocks, wide, stride in ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)):
        for k in range(blocks):
            step = stride if k == 0 else 1
            y, _ = b.conv(x, side, ins, wide, act="Relu")
            y, new = b.conv(y, side, wide, wide, 3, step, act="Relu")
            y, _ = b.conv(y, new, wide, 4 * wide)
            if k == 0:
                x, _ = b.conv(x, side, ins, 4 * wide, 1, step)
            x, side, ins = b("Relu", b("Add", y, x)), new, 4 * wide
    return b.classifier("resnet50", b.gemm(b("Flatten", b("GlobalAveragePool", x)), ins, 1000), ins)


# kernel, expansion, outputs, squeeze-and-excitation, activation, stride: table 1 of Howard et al., Searching for MobileNetV3 (2019)
MOBILENET_LARGE = [(3, 16, 16, 0, "Relu", 1), (3, 64, 24, 0, "Relu", 2), (3, 72, 24, 0, "Relu", 1), (5, 72, 40, 24, "Relu", 2),
                   (5, 120, 40, 32, "Relu", 1), (5, 120, 40, 32, "Relu", 1), (3, 240, 80, 0, "HardSwish", 2), (3, 200, 80, 0, "HardSwish", 1),
                   (3, 184, 80, 0, "HardSwish", 1), (3, 184, 80, 0, "HardSwish", 1), (3, 480, 112, 120, "HardSwish", 1),
                   (3, 672, 112, 168, "HardSwish", 1), (5, 672, 160, 168, "HardSwish", 2), (5, 960, 160, 240, "HardSwish", 1),
                   (5, 960, 160, 240, "HardSwish", 1)]


def mobilenet_v3():
    b = Cnn()
    x, side = b.conv("pixel_values", 224, 3, 16, 3, 2, act="HardSwish")
    ins = 16
    for kernel, wide, outs, squeeze, act, stride in MOBILENET_LARGE:
        y = x if wide == ins else b.conv(x, side, ins, wide, act=act)[0]
        y, new = b.conv(y, side, wide, wide, kernel, stride, group=wide, act=act)
        if squeeze:
            gate, _ = b.conv(b("GlobalAveragePool", y), 1, wide, squeeze, act="Relu")
            y = b("Mul", b("HardSigmoid", b.conv(gate, 1, squeeze, wide)[0], alpha=1 / 6), y)
        y, _ = b.conv(y, new, wide, outs)
        x, side, ins = b("Add", y, x) if stride == 1 and ins == outs else y, new, outs
    x, _ = b.conv(x, side, ins, 960, act="HardSwish")
    y = b("HardSwish", b.gemm(b("Flatten", b("GlobalAveragePool", x)), 960, 1280))
    b.weights += 960 * 1280
    b.products += 960 * 1280
    return b.classifier("mobilenet_v3_large", b.gemm(y, 1280, 1000), 1280)


def digits():
    model = onnx.load(ROOT / "examples/digits/digits-vit.onnx")
    images = np.load(ROOT / "examples/digits/test_images.npy")
    numbers = sum(prod(w.dims) for w in model.graph.initializer if len(w.dims) == 2)
    # 17 positions (16 patches and the class) see each matrix once; attention is small beside them.
    return model, {f"({n})": Case({"image": images[:n]}, 2 * 17 * n * numbers, 4 * numbers) for n in (1, 360)}


MODELS = {
    "digits": digits,
    "minilm": lambda: bert(6, 384, 12, 1536, [(1, 128), (8, 33)]),
    "bert-base": lambda: bert(12, 768, 12, 3072, [(1, 128), (1, 512)], [(8, 128)]),
    "vit-b16": vit,
    "resnet50": resnet50,
    "mobilenet_v3": mobilenet_v3,
    "gpt2": gpt2,
    "smollm2": smollm2,
    "selective_scan": selective_scan,
    "gla": gated_linear_attention,
    "lstm": lstm,
}

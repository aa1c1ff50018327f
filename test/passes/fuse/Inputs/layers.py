"""Writes PREFIX-bert-N.onnx, PREFIX-llama-N.onnx and PREFIX-wide-N.onnx, a Llama of rows too wide for a projection to take in
the normalization behind it, for N = 1, 2 layers, with B and S symbolic: python layers.py PREFIX."""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INNER, HEADS = 176, 4


class Graph:
    def __init__(self, hidden):
        self.hidden, self.width = hidden, hidden // HEADS
        self.nodes, self.weights, self.generator = [], [], np.random.default_rng(7)

    def op(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def several(self, kind, count, *inputs, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def constant(self, array):
        self.weights.append(numpy_helper.from_array(array, f"w{len(self.weights)}"))
        return self.weights[-1].name

    def weight(self, *shape):
        return self.constant((self.generator.standard_normal(shape) / shape[0] ** 0.5).astype(np.float32))

    def linear(self, x, inputs, outputs, bias=True):
        product = self.op("MatMul", x, self.weight(inputs, outputs))
        return self.op("Add", product, self.weight(outputs)) if bias else product

    def heads(self, x):
        split = self.op("Reshape", x, self.constant(np.array([0, 0, HEADS, self.width])))
        return self.op("Transpose", split, perm=[0, 2, 1, 3])

    def attention(self, q, k, v):
        keys = self.op("Transpose", k, perm=[0, 1, 3, 2])
        scores = self.op("Mul", self.op("MatMul", q, keys), self.constant(np.float32(self.width**-0.5)))
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), v)
        joined = self.op("Transpose", mixed, perm=[0, 2, 1, 3])
        return self.op("Reshape", joined, self.constant(np.array([0, 0, self.hidden])))

    def bert(self, x):
        q, k, v = (self.heads(self.linear(x, self.hidden, self.hidden)) for _ in range(3))
        x = self.norm(self.op("Add", x, self.linear(self.attention(q, k, v), self.hidden, self.hidden)))
        inner = self.op("Gelu", self.linear(x, self.hidden, INNER))
        return self.norm(self.op("Add", x, self.linear(inner, INNER, self.hidden)))

    def norm(self, x):
        return self.op("LayerNormalization", x, self.weight(self.hidden), self.weight(self.hidden))

    def rms(self, x):
        mean = self.op("ReduceMean", self.op("Mul", x, x), self.constant(np.array([-1])), keepdims=1)
        root = self.op("Sqrt", self.op("Add", mean, self.constant(np.float32(1e-5))))
        return self.op("Mul", self.op("Div", x, root), self.weight(self.hidden))

    def rotary(self, x):
        first, second = self.several("Split", 2, x, axis=-1, num_outputs=2)
        turned = self.op("Concat", self.op("Neg", second), first, axis=-1)
        return self.op("Add", self.op("Mul", x, "cos"), self.op("Mul", turned, "sin"))

    def llama(self, x):
        y = self.rms(x)
        q, k, v = (self.heads(self.linear(y, self.hidden, self.hidden, bias=False)) for _ in range(3))
        k, v = (self.op("Concat", past, new, axis=2) for past, new in zip(("pk", "pv"), (self.rotary(k), v)))
        x = self.op("Add", x, self.linear(self.attention(self.rotary(q), k, v), self.hidden, self.hidden, bias=False))
        y = self.rms(x)
        gate, up = (self.linear(y, self.hidden, INNER, bias=False) for _ in range(2))
        inner = self.op("Mul", self.op("Mul", gate, self.op("Sigmoid", gate)), up)
        return self.op("Add", x, self.linear(inner, INNER, self.hidden, bias=False)), k, v


def save(path, kind, layers, hidden):
    graph, x, outputs = Graph(hidden), "x", []
    for _ in range(layers):
        if kind == "bert":
            x = graph.bert(x)
        else:
            x, k, v = graph.llama(x)
            outputs += [k, v]
    x = graph.rms(x) if kind == "llama" else x
    shapes = {"x": ["B", "S", hidden]}
    if kind == "llama":
        shapes |= {"cos": ["S", graph.width], "sin": ["S", graph.width], **{n: ["B", HEADS, "P", graph.width] for n in ("pk", "pv")}}
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    made = helper.make_graph(graph.nodes, kind, [value(*item) for item in shapes.items()],
                             [value(x, ["B", "S", hidden])] + [value(name, None) for name in outputs], graph.weights)
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), path)


for name, kind, hidden in (("bert", "bert", 64), ("llama", "llama", 64), ("wide", "llama", 1088)):
    for layers in (1, 2):
        save(f"{sys.argv[1]}-{name}-{layers}.onnx", kind, layers, hidden)

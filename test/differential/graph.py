"""A graph under construction. Every value carries its dtype, its symbolic shape, an interval that holds all its elements, and
a bound of the error that any correct implementation may have made in it; README.md states the rules.
"""
import random
from dataclasses import dataclass, replace
from math import ceil, log2

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dims import Dim, product
from operators import WITHOUT_SCHEMA

ONNX_TYPE = {"f16": TensorProto.FLOAT16, "f32": TensorProto.FLOAT, "f64": TensorProto.DOUBLE, "bf16": TensorProto.BFLOAT16,
             "i8": TensorProto.INT8, "i32": TensorProto.INT32, "i64": TensorProto.INT64, "u8": TensorProto.UINT8,
             "u32": TensorProto.UINT32, "bool": TensorProto.BOOL}
NUMPY_TYPE = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "i8": np.int8, "i32": np.int32, "i64": np.int64,
              "u8": np.uint8, "u32": np.uint32, "bool": np.bool_}
UNIT = {"f16": 2.0**-11, "bf16": 2.0**-8, "f32": 2.0**-24, "f64": 2.0**-53}  # unit roundoff
TINY = {"f16": 2.0**-24, "bf16": 2.0**-126, "f32": 2.0**-126, "f64": 2.0**-1000}  # what flushing subnormals may cost
LIMIT = {"f16": 8, "bf16": 8, "f32": 8, "f64": 8, "i8": 20, "u8": 40, "i32": 2**12, "i64": 2**12, "u32": 2**12}
SEQUENCE = "sequence of "  # before a dtype
INTEGERS = ("i64", "i32", "u8", "i8", "u32")
ELEMENTS = 8000  # the most that a tensor may have
LOOSEST = 2.0**-6  # a value whose bound is a larger share of its range is not used further


class Unfit(Exception):
    """An operator found no operands that make it valid; the generator takes another one."""


@dataclass(eq=False)
class Value:
    name: str
    dtype: str
    shape: tuple
    lo: float
    hi: float
    err: float = 0.0

    @property
    def bound(self):
        return max(abs(self.lo), abs(self.hi))

    @property
    def is_float(self):
        return self.dtype in UNIT

    @property
    def rank(self):
        return len(self.shape)

    @property
    def exact(self):
        return self.err == 0

    @property
    def unit(self):
        return UNIT.get(self.dtype, 0.0)


def read_by(node):
    """The names that a node reads: its operands, and what its subgraphs capture."""
    names = [name for name in node.input if name]
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            made = {v.name for v in attribute.g.input} | {name for inner in attribute.g.node for name in inner.output}
            names += [name for inner in attribute.g.node for name in read_by(inner) if name not in made]
    return names


class Graph:
    def __init__(self, seed, opset, floats, bindings):
        self.rng, self.numbers = random.Random(seed), np.random.default_rng(seed)
        self.seed, self.opset, self.floats, self.bindings = seed, opset, floats, bindings
        self.nodes, self.weights, self.inputs, self.pool, self.values = [], [], [], [], {}
        self.used, self.extra_outputs, self.allowed = set(), [], set()

    def mark(self):
        """What `reset` needs to take back all that was appended since."""
        return [list(part) for part in (self.nodes, self.weights, self.inputs, self.pool, self.extra_outputs)], dict(self.values), set(self.used)

    def reset(self, mark):
        (self.nodes, self.weights, self.inputs, self.pool, self.extra_outputs), self.values, self.used = mark

    # Shapes

    def most(self, dim):
        return max(dim.at(sizes) for sizes in self.bindings)

    def least(self, dim):
        return min(dim.at(sizes) for sizes in self.bindings)

    def fits(self, shape):
        return self.most(product(shape)) <= ELEMENTS and len(shape) <= 5 and all(self.least(d) >= 1 for d in shape)

    # Values

    def name(self, stem="v"):
        return f"{stem}{len(self.values)}"

    def register(self, value, pool=True):
        self.values[value.name] = value
        if pool:
            self.pool.append(value)
        return value

    def add_input(self, dtype, shape):
        lo, hi = {"bool": (0, 1), "u8": (0, 15), "u32": (0, 15)}.get(dtype, (-2, 2) if dtype in UNIT else (-8, 8))
        value = self.register(Value(self.name("x"), dtype, tuple(map(Dim.of, shape)), lo, hi))
        self.inputs.append(value)
        return value

    def constant(self, array, stem="c"):
        """An initializer, or as often for small ones a Constant node; not in the pool."""
        array = np.asarray(array)
        dtype = next(k for k, t in NUMPY_TYPE.items() if t == array.dtype)
        wide = array.astype(np.float64)
        lo, hi = (wide.min(), wide.max()) if array.size else (0, 0)
        value = Value(self.name(stem), dtype, tuple(map(Dim.of, array.shape)), float(lo), float(hi))
        self.register(value, pool=False)
        if array.size <= 8 and self.rng.random() < 0.3:
            self.nodes.append(helper.make_node("Constant", [], [value.name], value=numpy_helper.from_array(array)))
            self.used.add("Constant")
        else:
            self.weights.append(numpy_helper.from_array(array, value.name))
        return value

    def random_weight(self, dtype, shape, lo=-1.0, hi=1.0):
        if dtype == "bool":
            return self.constant(self.numbers.integers(0, 2, shape).astype(bool), "w")
        if dtype in INTEGERS:
            return self.constant(self.numbers.integers(int(lo), int(hi) + 1, shape).astype(NUMPY_TYPE[dtype]), "w")
        return self.constant(self.numbers.uniform(lo, hi, shape).astype(NUMPY_TYPE[dtype]), "w")

    def ints(self, numbers):
        return self.constant(np.array(numbers, np.int64))

    def scalar(self, dtype, number):
        return self.constant(np.array(number, NUMPY_TYPE[dtype]))

    def pick(self, fits=lambda v: True, dtypes=None, exact=False):
        """A value of the pool, younger ones more often, held to LIMIT by a scaling or clipping operator where needed."""
        return self.held(self.pick_raw(fits, dtypes, exact))

    def pick_raw(self, fits=lambda v: True, dtypes=None, exact=False):
        """A value of the pool as it is."""
        candidates = [v for v in self.pool if (dtypes is None or v.dtype in dtypes) and (v.exact or not exact) and fits(v)
                      and (v.exact or v.err <= LOOSEST * v.bound)]
        if not candidates:
            raise Unfit
        k = len(candidates) - 1 - int(abs(self.rng.gauss(0, 1)) * max(4, len(candidates) / 3))
        return candidates[max(k, 0)]

    def held(self, v):
        limit = LIMIT.get(v.dtype)
        if limit is None or v.bound <= limit:
            return v
        if v.is_float and not v.exact:
            factor = 2.0 ** -ceil(log2(v.bound / limit))
            return self.add("Mul", [v, self.scalar(v.dtype, factor)],
                            (v.dtype, v.shape, v.lo * factor, v.hi * factor, v.err * factor + TINY[v.dtype]))
        return self.clip(v, max(-limit, v.lo), limit)

    def clip(self, v, lo, hi):
        """`v` with an interval inside [lo, hi]."""
        if v.lo >= lo and v.hi <= hi:
            return v
        if v.dtype == "u32" or v.dtype == "i8" and self.opset < 12:
            raise Unfit
        lo, hi = (lo, hi) if v.is_float else (int(lo), int(hi))
        new_lo, new_hi = min(max(v.lo, lo), hi), max(min(v.hi, hi), lo)
        return self.add("Clip", [v, self.scalar(v.dtype, lo), self.scalar(v.dtype, hi)], (v.dtype, v.shape, new_lo, new_hi, v.err))

    # Nodes

    def add(self, op, operands, *results, domain="", **attributes):
        """Appends a node; each result is (dtype, shape, lo, hi, err), or None for an output that is not asked for."""
        try:
            if not domain and op not in WITHOUT_SCHEMA and onnx.defs.get_schema(op, self.opset).deprecated:
                raise Unfit
        except onnx.defs.SchemaError:
            raise Unfit from None
        if any(r and r[1] is None for r in results):
            raise Unfit
        shapes = [tuple(map(Dim.of, r[1])) for r in results if r]
        if not all(map(self.fits, shapes)):
            raise Unfit
        names, outs = [], []
        for result in results:
            if result is None:
                names.append("")
                continue
            dtype, shape, lo, hi, err = result
            out = self.register(Value(self.name(), dtype, tuple(map(Dim.of, shape)), float(lo), float(hi), float(err)))
            names.append(out.name)
            outs.append(out)
        inputs = [o.name if o else "" for o in operands]
        while inputs and not inputs[-1]:
            inputs.pop()
        self.nodes.append(helper.make_node(op, inputs, names, domain=domain, **attributes))
        self.used.add(f"{domain}::{op}" if domain else op)
        return outs[0] if len(outs) == 1 else outs

    def like(self, op, v, *operands, **attributes):
        """A node whose result has the type, interval and error of `v`: data movement in place."""
        return self.add(op, [v, *operands], (v.dtype, v.shape, v.lo, v.hi, v.err), **attributes)

    def moved(self, op, v, shape, *operands, **attributes):
        """A node whose result holds elements of `v` in another shape."""
        return self.add(op, [v, *operands], (v.dtype, shape, v.lo, v.hi, v.err), **attributes)

    def sequence(self, op, operands, element, **attributes):
        """A node whose result is a sequence of tensors; not in the pool."""
        value = self.add(op, operands, (f"{SEQUENCE}{element}", [], 0, 0, 0), **attributes)
        self.pool.remove(value)
        return value

    def aside(self, v):
        """Takes `v` out of the pool: a size in its shape depends on data, and stands for the most that it may be."""
        self.pool.remove(v)
        return v

    def subgraph(self, name, build):
        """A graph of the nodes that `build` appends, with the values that it returns as outputs; it may read all values so far."""
        outer, pool = self.nodes, list(self.pool)
        self.nodes = []
        inputs, outputs = build()
        inner, self.nodes, self.pool = self.nodes, outer, pool
        ends = [self.register(replace(v, name=self.name("r")), pool=False) for v in outputs]
        kept = [helper.make_node("Identity", [v.name], [end.name]) for v, end in zip(outputs, ends)]
        infos = [[helper.make_tensor_value_info(v.name, ONNX_TYPE[v.dtype], [d.constant for d in v.shape]) for v in part]
                 for part in (inputs, ends)]
        return helper.make_graph(inner + kept, name, *infos)

    def check(self, model):
        """Raises an error where the model is not valid."""
        if not self.used & set(WITHOUT_SCHEMA):
            onnx.checker.check_model(model)

    def outputs(self):
        """The values that nothing reads."""
        read = {name for node in self.nodes for name in read_by(node)}
        sinks = [v for v in self.pool if v.name not in read and v not in self.inputs]
        return sinks + [v for v in self.extra_outputs if v not in sinks]

    def model(self):
        infos = [helper.make_tensor_value_info(v.name, ONNX_TYPE[v.dtype], [self.declared(d) for d in v.shape]) for v in self.inputs]
        outs = [helper.make_tensor_value_info(v.name, ONNX_TYPE[v.dtype], [None] * v.rank) for v in self.outputs()]
        graph = helper.make_graph(self.nodes, f"seed{self.seed}", infos, outs, self.weights)
        return helper.make_model(graph, opset_imports=self.opsets(), ir_version=10)

    def opsets(self):
        return [helper.make_opsetid("", self.opset), helper.make_opsetid("com.microsoft", 1)]

    @staticmethod
    def declared(dim):
        return dim.constant if dim.constant is not None else dim.terms[0][0][0]

    def feeds(self, k):
        """Seeded inputs for binding k: floats on a grid of 1/256, so that ties occur and all types hold them."""
        numbers = np.random.default_rng((self.seed, k))
        feeds = {}
        for v in self.inputs:
            shape = [d.at(self.bindings[k]) for d in v.shape]
            steps = 256 if v.is_float else 1
            array = numbers.integers(int(v.lo * steps), int(v.hi * steps) + 1, shape) / steps
            feeds[v.name] = np.asarray(array, NUMPY_TYPE[v.dtype])
        return feeds

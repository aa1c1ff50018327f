"""Makes a failing graph small: drops nodes, feeding what they computed in the reference run, while the failure stays the same."""
import re

import numpy as np
from onnx import helper, numpy_helper

import reference
from graph import ONNX_TYPE, SEQUENCE, read_by

TRIES = 250  # compilations at most


def same(first, second):
    """Failures are the same when their texts are, but for names and numbers."""
    plain = [re.sub(r"['\"].*?['\"]|[\w.]*\d[\w.]*", "#", text)[:40] for text in (first, second)]
    return plain[0] == plain[1]


class Shrinker:
    """`fails(model, feed, wanted outputs)` gives the text of a failure or None, at the level where the graph failed."""

    def __init__(self, g, feed, failure, fails):
        self.g, self.feed, self.failure, self.fails = g, feed, failure, fails
        self.weights = {w.name: w for w in g.weights}
        self.static, self.tries = True, 0
        whole = g.model()
        del whole.graph.output[:]
        produced = [name for node in g.nodes for name in node.output if name]
        whole.graph.output.extend(map(helper.make_empty_tensor_value_info, produced))
        self.arrays = dict(feed) | reference.by_nodes(whole, [feed])[0]

    def dims(self, value, array):
        if self.static or value.name in self.weights:
            return list(array.shape)
        names = {}
        return [d.constant if d.constant is not None else self.symbol(d, names) for d in value.shape]

    def symbol(self, dim, names):
        plain = len(dim.terms) == 1 and dim.terms[0][1] == 1 and len(dim.terms[0][0]) == 1 and isinstance(dim.terms[0][0][0], str)
        return dim.terms[0][0][0] if plain else "D" + re.sub(r"\W+", "_", repr(dim.terms))

    def model(self, kept):
        """The model of some nodes: what they read from dropped ones is an input, or a constant where it may be a shape; None when a sequence
        would be an input or an output."""
        nodes = [node for k, node in enumerate(self.g.nodes) if k in kept]
        made = {name for node in nodes for name in node.output}
        read = list(dict.fromkeys(name for node in nodes for name in read_by(node) if name not in made))
        inputs, weights, feed = [], [], {}
        for name in read:
            if name in self.weights:
                weights.append(self.weights[name])
                continue
            value, array = self.g.values[name], self.arrays[name]
            if value.dtype.startswith(SEQUENCE):
                return None
            if value.dtype == "i64" and value.rank <= 1:
                weights.append(numpy_helper.from_array(array, name))
            else:
                inputs.append(helper.make_tensor_value_info(name, ONNX_TYPE[value.dtype], self.dims(value, array)))
                feed[name] = array
        used = {name for node in nodes for name in read_by(node)}
        ends = [self.g.values[name] for node in nodes for name in node.output if name and name not in used]
        if any(v.dtype.startswith(SEQUENCE) for v in ends):
            return None
        outputs = [helper.make_tensor_value_info(v.name, ONNX_TYPE[v.dtype], [None] * v.rank) for v in ends]
        graph = helper.make_graph(nodes, "minimal", inputs, outputs, weights)
        model = helper.make_model(graph, opset_imports=self.g.opsets(), ir_version=10)
        return model, feed, {v.name: self.arrays[v.name] for v in ends}

    def still(self, kept):
        made = self.model(kept) if kept else None
        if made is None:
            return False
        model, feed, wanted = made
        if any(v.type.tensor_type.elem_type == ONNX_TYPE["bf16"] for v in [*model.graph.input, *model.graph.output]):
            return False  # numpy files cannot hold it
        self.tries += 1
        text = self.fails(model, feed, wanted)
        return text is not None and same(text, self.failure)

    def shrink(self):
        """The smallest failing model found, or None when even the whole graph passes on its own."""
        kept = set(range(len(self.g.nodes)))
        if not self.still(kept):
            self.static = False
            if not self.still(kept):
                return None
        size = max(len(kept) // 2, 1)
        while size >= 1 and self.tries < TRIES:
            before = len(kept)
            for start in range(0, len(self.g.nodes), size):
                part = kept & set(sorted(kept)[start : start + size])
                if part and len(part) < len(kept) and self.tries < TRIES and self.still(kept - part):
                    kept = kept - part
            if len(kept) == before:
                size //= 2
        return self.model(kept)

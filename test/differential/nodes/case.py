"""A model of one node, for nodes.py."""
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    """One node. `given` maps names to arrays, in the order of the inputs; a name that begins with `_` is an absent one."""
    name: str
    op: str
    given: dict
    attributes: dict = field(default_factory=dict)
    domain: str = ""
    opsets: tuple = ()  # of the default domain
    outputs: tuple = ("result",)
    constants: tuple = ()  # inputs that are initializers
    symbols: dict = field(default_factory=dict)  # input -> dims with names in them
    lengths: tuple = ()  # defined rows of a cache [batch, heads, rows, size], by entry of the batch
    tolerance: float = 2e-5  # of the largest value
    instead: "Case | None" = None  # what ONNX Runtime computes, where it lacks the case itself ..
    moved: dict = field(default_factory=dict)  # .. and for outputs the permutation that makes the case's own of it

    @property
    def inputs(self):
        return [None if name.startswith("_") else name for name in self.given]

    def arrays(self):
        return {name: np.asarray(array) for name, array in self.given.items() if not name.startswith("_")}

    def defined(self, array):
        """The array without what the operator leaves undefined."""
        if not self.lengths or array.ndim != 4:
            return array
        array = array.copy()
        for entry, length in enumerate(self.lengths):
            array[entry, :, length:] = 0
        return array


def normal(generator, *shape):
    return generator.standard_normal(shape).astype(np.float32)

"""Cases of LSTM, GRU and RNN: random choices among their directions, optional inputs, functions and attributes."""
from dataclasses import replace

import numpy as np

from .case import Case, normal

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
FUNCTIONS = {"LSTM": 3, "GRU": 2, "RNN": 1}
OUTPUTS = {"LSTM": ("Y", "Y_h", "Y_c"), "GRU": ("Y", "Y_h"), "RNN": ("Y", "Y_h")}
# Name -> what each takes of alpha and beta. Bounded ones come first: gates multiply states.
ACTIVATIONS = {"Tanh": (), "Sigmoid": (), "Softsign": (), "HardSigmoid": (0.3, 0.4), "ScaledTanh": (0.8, 1.1), "Relu": (), "Softplus": (),
               "LeakyRelu": (0.2,), "Elu": (0.7,), "Affine": (0.5, 0.1), "ThresholdedRelu": (0.3,)}
COUNT = 24  # random cases of each operator
SWAP = (1, 0, 2)  # of layout 1, which ONNX Runtime lacks, to layout 0


def functions(generator, count):
    """The attributes that choose `count` functions, with the values that they consume in turn."""
    names = [str(generator.choice(list(ACTIVATIONS))) for _ in range(count)]
    values = [ACTIVATIONS[name] for name in names]
    attributes = {"activations": names, "activation_alpha": [v[0] for v in values if v], "activation_beta": [v[1] for v in values if v[1:]]}
    return {key: value for key, value in attributes.items() if value}


def batch_first(case):
    """The case with layout 1, compared with what ONNX Runtime gives for layout 0."""
    moved = {name: np.transpose(array, SWAP) for name, array in case.given.items() if name in ("X", "initial_h", "initial_c")}
    symbols = {name: [dims[k] for k in SWAP] if name in moved else dims for name, dims in case.symbols.items()}
    return replace(case, given=case.given | moved, attributes=case.attributes | {"layout": 1}, symbols=symbols, instead=case,
                   moved={"Y": (2, 0, 1, 3), "Y_h": SWAP, "Y_c": SWAP})


def layer(generator, op, direction, present, chosen):
    """A case with the optional inputs `present` and the attributes `chosen`."""
    steps, batch, size, hidden = (int(generator.integers(low, 7)) for low in (2, 1, 1, 1))
    sides, gates = 2 if direction == "bidirectional" else 1, GATES[op] * hidden
    state = sides, batch, hidden
    shapes = {"X": (steps, batch, size), "W": (sides, gates, size), "R": (sides, gates, hidden), "B": (sides, 2 * gates),
              "sequence_lens": (batch,), "initial_h": state, "initial_c": state, "P": (sides, 3 * hidden)}
    given = {}
    for name, shape in shapes.items():
        if name in ("initial_c", "P") and op != "LSTM":
            continue
        absent = name not in ("X", "W", "R") and name not in present
        given["_" + name if absent else name] = normal(generator, *shape) * np.float32(0.5)
    if "sequence_lens" in given:
        given["sequence_lens"] = generator.integers(0, steps + 1, batch).astype(np.int32)
    while list(given)[-1].startswith("_"):
        given.popitem()
    symbols = {"X": ["S", "B", size], "sequence_lens": ["B"], "initial_h": [sides, "B", hidden], "initial_c": [sides, "B", hidden]}
    return Case("", op, given, {"hidden_size": hidden, "direction": direction} | chosen, opsets=(14,), outputs=OUTPUTS[op],
                constants=("W", "R", "B", "P"), symbols=symbols if generator.random() < 0.7 else {})


def random_case(generator, op):
    direction = str(generator.choice(["forward", "reverse", "bidirectional"]))
    optional = ["B", "sequence_lens", "initial_h"] + (["initial_c", "P"] if op == "LSTM" else [])
    present = [name for name in optional if generator.random() < 0.5]
    switches = {"clip": 0.4} | {"LSTM": {"input_forget": 1}, "GRU": {"linear_before_reset": 1}}.get(op, {})
    chosen = {name: value for name, value in switches.items() if generator.random() < 0.4}
    case = layer(generator, op, direction, present, chosen)
    if generator.random() < 0.5:
        case = replace(case, attributes=case.attributes | functions(generator, FUNCTIONS[op] * (1 + (direction == "bidirectional"))))
    if generator.random() < 0.3:
        case = replace(case, constants=())
    if generator.random() < 0.3:  # some outputs only
        case = replace(case, outputs=("", *case.outputs[1:]) if generator.random() < 0.5 else case.outputs[:1])
    if generator.random() < 0.3:
        case = batch_first(case)
    names = [direction, *present, *(name for name in case.attributes if name not in ("hidden_size", "direction", "activation_alpha", "activation_beta"))]
    return replace(case, name="-".join([op, *names]))


def cases():
    generator = np.random.default_rng(3)
    for op in GATES:
        yield replace(layer(generator, op, "bidirectional", ["B"], {}), name=op, opsets=(7, 14, 22))
        for _ in range(COUNT):
            yield random_case(generator, op)

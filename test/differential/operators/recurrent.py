"""Recurrent layers: the bounds of a step, from those of the step before, taken as often as there are steps."""
import numpy as np

from graph import Unfit
from operators import makes
from operators.contractions import sum_of_products
from operators.reductions import TERMS

FUNCTION = 16  # unit roundoffs that sigmoid and tanh may be off
GAIN = 0.5  # |H| times the sum of a row of |R|, at most: an error shrinks by it on its way through R


def lstm_bounds(u, e, steps):
    """Bound of C, and errors of H and C, where a gate's sum is `e` off before H's part: C = f C + i g, H = o tanh(C)."""
    c = e_h = e_c = 0
    for _ in range(steps):
        e_sum = e + GAIN * e_h
        e_gate = e_sum / 4 + FUNCTION * u
        e_c = e_c + c * e_gate + e_gate + e_sum + FUNCTION * u + 3 * u * (c + 1)
        c += 1
        e_h = e_sum / 4 + e_c + 3 * FUNCTION * u
    return c, e_h, e_c


def gru_bounds(u, e, steps):
    """H = (1 - z) g + z H, where g takes r H through R, or r times H through R."""
    e_h = 0
    for _ in range(steps):
        e_gate = (e + GAIN * e_h) / 4 + FUNCTION * u
        e_new = e + GAIN * (e_h + 2 * u) + e_gate + FUNCTION * u  # what r scales is at most GAIN plus a bias of 0.5
        e_h = max(e_new, e_h) + 2 * e_gate + 5 * u
    return 1, e_h, 0


def rnn_bounds(u, e, steps):
    e_h = 0
    for _ in range(steps):
        e_h = e + GAIN * e_h + FUNCTION * u
    return 1, e_h, 0


GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
BOUNDS = {"LSTM": lstm_bounds, "GRU": gru_bounds, "RNN": rnn_bounds}


@makes("LSTM", "GRU", "RNN")
def layer(g, op):
    x = g.pick(lambda v: v.rank == 3 and v.shape[2].constant and v.shape[2].constant <= TERMS, [t for t in g.floats if t != "f16"])
    steps, batch, size = x.shape
    hidden, direction = g.rng.choice([1, 3, 4, 8]), g.rng.choice(["forward", "reverse", "bidirectional"])
    sides, gates = 2 if direction == "bidirectional" else 1, GATES[op] * hidden
    w = g.random_weight(x.dtype, [sides, gates, size.constant], -0.5, 0.5)
    r = g.random_weight(x.dtype, [sides, gates, hidden], -GAIN / hidden, GAIN / hidden)
    b = g.random_weight(x.dtype, [sides, 2 * gates], -0.5, 0.5) if g.rng.random() < 0.7 else None
    lengths = None
    if batch.constant and x.dtype == "f32" and g.rng.random() < 0.7:  # onnx.reference, which has f64, ignores them
        lengths = g.constant(g.numbers.integers(0, g.least(steps) + 1, batch.constant).astype(np.int32))
    _, most, err = sum_of_products(size.constant, x, w)
    err += (hidden + 8) * x.unit * (most + 2)  # the sum with H's part and the biases
    c, e_h, e_c = BOUNDS[op](x.unit, err, g.most(steps))
    if not np.isfinite(e_c) or c > 64:
        raise Unfit
    state, chosen = [sides, batch, hidden], {}
    if op == "GRU":
        chosen["linear_before_reset"] = g.rng.randint(0, 1)
    results = [(x.dtype, [steps, *state], -1, 1, e_h), (x.dtype, state, -1, 1, e_h)]
    if op == "LSTM":
        results.append((x.dtype, state, -c, c, e_c))
    g.add(op, [x, w, r, b, lengths], *results, direction=direction, hidden_size=hidden, **chosen)

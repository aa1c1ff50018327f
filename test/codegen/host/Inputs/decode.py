"""Steps of a decoder in one process that keeps its states, and in a plain program that is fed its own presents:
python decode.py STATEFUL PLAIN FOLDER KIND prints for each whether all outputs have the same bits. KIND is decoder
(decoder.onnxtxt) or smollm2 (smollm2.py)."""
import subprocess
import sys
from pathlib import Path

import numpy as np

STATEFUL, PLAIN, FOLDER, KIND = *sys.argv[1:3], Path(sys.argv[3]), sys.argv[4]
LENGTHS = [1, 3, 1, 70, 1, 200, 1, 1]  # room for 64 rows at first, which doubles
BATCH, HEADS, WIDTH, OUTPUT = {"decoder": (2, 2, 4, "y"), "smollm2": (2, 2, 16, "logits")}[KIND]


def inputs(step):
    """What both programs are given."""
    numbers, new, total = np.random.default_rng(step), LENGTHS[step], sum(LENGTHS[: step + 1])
    if KIND == "decoder":
        return {"x": numbers.standard_normal((BATCH, new, 8), np.float32)}
    return {"input_ids": numbers.integers(0, 96, (BATCH, new)), "attention_mask": np.ones((BATCH, total), np.int64),
            "position_ids": np.tile(np.arange(total - new, total), (BATCH, 1))}


FOLDER.mkdir(parents=True, exist_ok=True)
arguments = []
for k in range(len(LENGTHS)):
    np.savez(FOLDER / f"{k}.npz", **inputs(k))
    arguments += ["--next"] * (k > 0) + ["--inputs", FOLDER / f"{k}.npz"]
subprocess.run([STATEFUL, *arguments, "-o", FOLDER / "kept"], check=True)
past = {f"past_key_values.0.{name}": np.zeros((BATCH, HEADS, 0, WIDTH), np.float32) for name in ("key", "value")}
for k in range(len(LENGTHS)):
    np.savez(FOLDER / "plain.npz", **inputs(k), **past)
    subprocess.run([PLAIN, "--inputs", FOLDER / "plain.npz", "-o", FOLDER / "outputs.npz"], check=True)
    outputs = np.load(FOLDER / "outputs.npz")
    past = {name: outputs[name.replace("past_key_values", "present")] for name in past}
    got, want = np.load(FOLDER / f"kept/{k}/{OUTPUT}.npy"), outputs[OUTPUT]
    print(f"step {k}:", "same bits" if np.array_equal(got, want) else f"differs by {np.abs(got - want).max()}")

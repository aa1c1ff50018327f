"""Steps of decoder.onnxtxt in one process that keeps its states, and in a plain program that is fed its own presents:
python decode.py STATEFUL PLAIN FOLDER prints whether all outputs have the same bits."""
import subprocess
import sys
from pathlib import Path

import numpy as np

stateful, plain, folder = sys.argv[1:3] + [Path(sys.argv[3])]
folder.mkdir(parents=True, exist_ok=True)
LENGTHS = [1, 3, 1, 70, 1, 200, 1, 1]  # room for 64 rows at first, which doubles
steps = [np.random.default_rng(k).standard_normal((2, n, 8), np.float32) for k, n in enumerate(LENGTHS)]
arguments = []
for k, x in enumerate(steps):
    np.save(folder / f"x{k}.npy", x)
    arguments += ["--next"] * (k > 0) + [f"x={folder}/x{k}.npy"]
subprocess.run([stateful, *arguments, "-o", folder / "kept"], check=True)
past = {name: np.zeros((2, 2, 0, 4), np.float32) for name in ("key", "value")}
for k in range(len(steps)):
    for name, array in past.items():
        np.save(folder / f"{name}.npy", array)
    subprocess.run([plain, f"x={folder}/x{k}.npy", *(f"past_key_values.0.{n}={folder}/{n}.npy" for n in past), "-o", folder / "plain"],
                   check=True)
    past = {name: np.load(folder / f"plain/present.0.{name}.npy") for name in past}
    got, want = np.load(folder / f"kept/{k}/y.npy"), np.load(folder / "plain/y.npy")
    print(f"step {k}:", "same bits" if np.array_equal(got, want) else f"differs by {np.abs(got - want).max()}")

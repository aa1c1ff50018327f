"""Compiles every model of the zoo and runs it on its stored inputs.

Each model is compiled at -O0, at -O1, and at -O1 with one kernel per stage, once each; one executable serves both of its input sets (checked by hash). Outputs
must match the stored ones within the model's tolerance at one thread, and then bit for bit at 2, 3 and 8 threads with
shuffled task order. A model whose kernels have tasks enough must have kept at least two workers busy.
Models with operators outside operators.txt are skipped; there is no list of known failures.
"""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from models import lacking, supported_operators
from suite import BUILD, SINTER, Counts, brief, jobs_default, require, run_parallel, zoo_folder

ZOO = zoo_folder()
THREADS = (2, 3, 8)
LEVELS = {"0": ["-O0"], "1": ["-O1"], "split": ["-O1", "--sinter-split-stages"]}
# A call of a kernel with this many tasks that takes this long has work for two threads.
ENOUGH_TASKS, ENOUGH_MS = 8, 0.2


def run(command, limit, **environment):
    """Runs a command; returns (stdout, error text or None)."""
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=limit, errors="replace",
                              env={**os.environ, **environment})
    except subprocess.TimeoutExpired:
        return "", f"ran past {limit} s"
    if done.returncode:
        return done.stdout, f"exit code {done.returncode}: {brief(done.stderr or done.stdout)}"
    return done.stdout, None


def compare(want, got, tolerance):
    """None, or what differs, in words; `want` holds out:NAME entries."""
    from compare import worst
    for key in want.files:
        if key.startswith("out:"):
            name = key[4:]
            why = "missing" if name not in got else worst(got[name], want[key], tolerance)
            if why:
                return f"output {name}: {why}"
    return None


def load(path):
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def execute(program, inputs, out, threads, seed):
    """Runs the program; returns (outputs, error)."""
    order = {"SINTER_TASK_ORDER": f"shuffle:{seed}"} if seed else {}
    _, error = run([program, "--inputs", inputs, "-o", out, f"--threads={threads}", "-q"], 120, **order)
    return (None, f"{threads} threads: {error}") if error else (load(out), None)


def same_bits(first, second):
    return all(first[k].dtype == second[k].dtype and first[k].tobytes() == second[k].tobytes() for k in first)


def busy_workers(program, inputs):
    """Why the workers of a 2-thread run were not both seen working, or None."""
    shapes = [word for name, array in load(inputs).items() if array.ndim
              for word in ("--shape", f"{name}={'x'.join(map(str, array.shape))}")]
    for seconds in ("0.1", "2"):  # on a busy machine the second thread may sleep through the first try
        text, error = run([program, "--bench", *shapes, "--seconds", seconds, "--threads=2", "--profile", "--json"], 120)
        if error:
            return f"--bench: {error}"
        enough = [row for row in json.loads(text)["profile"]
                  if row["tasks"] >= ENOUGH_TASKS * row["calls"] and row["ms"] >= ENOUGH_MS * row["calls"]]
        if not enough or max(row["workers"] for row in enough) >= 2:
            return None
    return f"one worker did all tasks of {', '.join(row['kernel'] for row in enough)} at 2 threads"


def check_model(case):
    """Compiles and runs one model at one level; returns (error or None, seconds of the compiler)."""
    folder, level = case
    tolerance = json.loads((folder / "meta.json").read_text())["tolerance"]
    with tempfile.TemporaryDirectory(dir=BUILD / "e2e") as name:
        work = Path(name)
        program = work / "model"
        start = time.monotonic()
        _, error = run([SINTER, folder / "model.onnx", "-o", program, *LEVELS[level], "-q"], 300)
        seconds = time.monotonic() - start
        return (f"compile: {error}" if error else check_program(folder, program, work, tolerance)), seconds


def check_program(folder, program, work, tolerance):
    digest = hashlib.sha256(program.read_bytes()).digest()
    for io in sorted(folder.glob("io*.npz")):
        stored = np.load(io)
        inputs = work / "inputs.npz"
        np.savez(inputs, **{key[3:]: stored[key] for key in stored.files if key.startswith("in:")})
        base, error = execute(program, inputs, work / "out.npz", 1, 0)
        error = error or compare(stored, base, tolerance)
        for seed, threads in enumerate(THREADS, 1):
            if error:
                return f"{io.name}: {error}"
            again, error = execute(program, inputs, work / "out.npz", threads, seed)
            if not error and not same_bits(base, again):
                error = f"{threads} threads with task order {seed}: bits differ from those of one thread"
        error = error or busy_workers(program, inputs)
        if error:
            return f"{io.name}: {error}"
    return None if hashlib.sha256(program.read_bytes()).digest() == digest else "the executable changed while running"


def select(match, counts):
    """Folders of the models to test; the others are counted as skipped."""
    supported, chosen = supported_operators(), []
    for path in sorted(ZOO.glob("*/*/model.onnx")):
        name = f"{path.parent.parent.name}/{path.parent.name}"
        if not re.search(match, name):
            continue
        why = lacking(onnx.load(path, load_external_data=False), supported)
        if why:
            counts.skip(why)
        else:
            chosen.append(path.parent)
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--match", default="", help="only models whose name matches this expression")
    parser.add_argument("--jobs", type=int, default=jobs_default(), help="worker processes (default: one per CPU)")
    parser.add_argument("-O", dest="levels", action="append", choices=list(LEVELS), help="only this level")
    parser.add_argument("-v", dest="verbose", action="store_true", help="print a line per model")
    args = parser.parse_args()
    require(SINTER, "sinter")
    counts = Counts()
    if not ZOO:
        counts.skip("no folder shared/zoo beside the project; set SINTER_ZOO")
        return counts.finish()
    sys.path.insert(0, str(ZOO))
    (BUILD / "e2e").mkdir(parents=True, exist_ok=True)
    models = select(args.match, counts)
    cases = [(folder, level) for folder in models for level in args.levels or LEVELS]
    slowest = []
    for (folder, level), result in run_parallel(check_model, cases, args.jobs):
        error, seconds = result if isinstance(result, tuple) else (f"{type(result).__name__}: {result}", 0)
        counts.check(f"{folder.parent.name}/{folder.name} -O{level}", error)
        slowest.append((seconds, f"{folder.name} -O{level}"))
        if args.verbose and not error:
            print(f"ok {folder.parent.name}/{folder.name} -O{level} ({seconds:.1f} s to compile)", flush=True)
    slowest.sort(reverse=True)
    print(f"{len(models)} models; slowest to compile: " + ", ".join(f"{n} {s:.1f} s" for s, n in slowest[:5]))
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

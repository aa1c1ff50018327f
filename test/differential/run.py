"""Random valid graphs: sinter's executables against ONNX Runtime or onnx.reference.

Each seed gives a graph (generate.py). It is compiled at -O0 and at -O1; one executable runs two sets of sizes. Every output must
agree within the error bound that the generator derived for it; integers, bools, NaN and infinities exactly. When onnx.reference
takes sinter's side against ONNX Runtime, the graph passes, and is counted. --seed N makes a graph again and shrinks it.
"""
import argparse
import collections
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from models import supported_operators
from suite import BUILD, SINTER, Counts, brief, jobs_default, require, run_parallel

import reference
from generate import generate
from shrink import Shrinker

OUT = BUILD / "differential"
LEVELS = {"0": ["-O0"], "1": ["-O1"], "split": ["-O1", "--sinter-split-stages"]}
PLANTED = 3  # graphs that are made wrong, to see that they fail
LIMIT = 120  # seconds for a compilation or a run


def call(what, command):
    """An error text or None."""
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=LIMIT, errors="replace")
    except subprocess.TimeoutExpired:
        return f"{what}: ran past {LIMIT} s"
    return f"{what}: exit code {done.returncode}: {brief(done.stderr or done.stdout)}" if done.returncode else None


def compiled(model, level, folder):
    """(executable, error text or None)."""
    file, program = folder / "model.onnx", folder / f"model{level}"
    onnx.save(model, file)
    return program, call("compile", [SINTER, file, "-o", program, *LEVELS[level], "-q", "--jobs", "1"])


def executed(program, feed, folder):
    """(outputs, error text or None)."""
    out = folder / "out.npz"
    np.savez(folder / "in.npz", **feed)
    error = call("run", [program, "--inputs", folder / "in.npz", "-o", out, "-q", "--threads=2"])
    if error:
        return {}, error
    with np.load(out) as file:
        return {name: file[name] for name in file.files}, None


def compared(g, got, want):
    """None, or the first output that differs."""
    for name, array in want.items():
        why = reference.differs(got.get(name), array, g.values[name].err)
        if why:
            op = next(node.op_type for node in g.nodes if name in node.output)
            return f"value: {op} {name}: {why}"
    return None


def failure(g, model, feeds, wanted, level, folder):
    """(index of the sizes, error text) of the first failure, or None."""
    program, error = compiled(model, level, folder)
    if error:
        return 0, error
    for k, (feed, want) in enumerate(zip(feeds, wanted)):
        got, error = executed(program, feed, folder)
        error = error or compared(g, got, want)
        if error:
            return k, error
    return None


def judge(seed, focus, levels):
    """(graph, name of the reference, level, index of the sizes, error); the last three are None when all is well."""
    g = generate(seed, focus)
    model = g.model()
    g.check(model)
    feeds = [g.feeds(k) for k in range(len(g.bindings))]
    name, wanted = reference.expected(model, feeds)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        for level in levels:
            found = failure(g, model, feeds, wanted, level, Path(folder))
            if found and found[1].startswith("value") and name == "onnxruntime":
                try:
                    second = reference.by_onnx(model, feeds)
                except reference.NoReference:
                    second = wanted
                found_second = failure(g, model, feeds, second, level, Path(folder))
                if not found_second:
                    name, found = "onnx.reference against onnxruntime", None
            if found:
                return g, name, level, *found
    return g, name, None, None, None


def check(case):
    """What main counts of (seed, focus, levels): (name of the reference or None, error or None, operators, nodes, seconds)."""
    start = time.monotonic()
    try:
        g, name, level, k, error = judge(*case)
    except reference.NoReference as why:
        return None, str(why), set(), 0, 0
    return name, error and f"-O{level} sizes {g.bindings[k]}: {error}", g.used, len(g.nodes), time.monotonic() - start


def planted():
    """Yields (seed, error text or None): graphs in which an Add became a Sub must fail, else the comparison sees nothing."""
    seed, left = 0, PLANTED
    while left:
        g = generate(seed)
        model, feeds = g.model(), [g.feeds(0)]
        name = next((v.name for v in g.outputs() if any(n.op_type == "Add" and v.name in n.output for n in model.graph.node)), None)
        if name and not g.values[name].exact:
            wanted = reference.expected(model, feeds)[1]
            next(n for n in model.graph.node if name in n.output).op_type = "Sub"
            wrong = reference.expected(model, feeds)[1]
            if reference.differs(wrong[0][name], wanted[0][name], 3 * g.values[name].err):
                with tempfile.TemporaryDirectory(dir=OUT) as folder:
                    found = failure(g, model, feeds, [{name: wanted[0][name]}], "1", Path(folder))
                yield seed, None if found and name in found[1] else f"expected a difference in {name}, got {found}"
                left -= 1
        seed += 1


def shrink(seed, focus, levels):
    """Prints the smallest model that fails as the seed's graph does, and writes it below build/differential."""
    g, name, level, k, error = judge(seed, focus, levels)
    if error is None:
        print(f"seed {seed}: passes, against {name}")
        return 0
    print(f"seed {seed}, opset {g.opset}, -O{level}, sizes {g.bindings[k]}, against {name}: {error}\nshrinking ...", flush=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        def fails(model, feed, wanted):
            found = failure(g, model, [feed], [wanted], level, Path(folder))
            return found[1] if found else None
        small = Shrinker(g, g.feeds(k), error, fails).shrink()
        if small is None:
            print("the whole graph with all values as outputs does not fail; see its text by generate.py")
            return 1
        text = onnx.printer.to_text(small[0])
        print(f"// {fails(*small)}\n{text}")
        (OUT / f"seed{seed}.onnxtxt").write_text(text)
        np.savez(OUT / f"seed{seed}.npz", **small[1])
    return 1


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="only this graph; a failure is shrunk and printed as ONNX text")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--count", type=int, default=200, help="graphs (default 200)")
    parser.add_argument("--focus", default="", help="half of the operators match this expression: attention, Conv, ...")
    parser.add_argument("--jobs", type=int, default=jobs_default(), help="worker processes (default: one per CPU)")
    parser.add_argument("-O", dest="levels", action="append", choices=list(LEVELS), help="this level (default 0 and 1)")
    return parser.parse_args()


def main():
    args = parse()
    require(SINTER, "sinter")
    OUT.mkdir(parents=True, exist_ok=True)
    counts, levels = Counts(), args.levels or ["0", "1"]
    if not importlib.util.find_spec("onnxruntime"):
        counts.skip("onnxruntime is not installed: test/requirements.txt has it for Python 3.11 and later", args.count)
        return counts.finish()
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if args.seed is not None:
        return shrink(args.seed, args.focus, levels)
    seeds = range(args.first, args.first + args.count)
    print(f"seeds {seeds.start} to {seeds.stop - 1}", flush=True)
    references, used, nodes, slowest = collections.Counter(), set(), 0, []
    for (seed, *_), result in run_parallel(check, [(seed, args.focus, levels) for seed in seeds], args.jobs):
        if isinstance(result, BaseException):
            counts.fail(f"seed {seed}", f"{type(result).__name__}: {result}")
            continue
        name, error, operators, size, seconds = result
        if name is None:
            counts.skip(error)
            continue
        counts.check(f"seed {seed}", error)
        references[name] += 1
        used |= operators
        nodes += size
        slowest.append((seconds, seed))
    for seed, error in planted():
        counts.check(f"planted fault in seed {seed}", error)
    print(f"{nodes} nodes; references: " + ", ".join(f"{name} {n}" for name, n in references.most_common()))
    print("slowest seeds: " + ", ".join(f"{seed} {seconds:.1f} s" for seconds, seed in sorted(slowest)[-5:]))
    print("operators of test/e2e/operators.txt in no graph: " + (", ".join(sorted(supported_operators() - used)) or "none"))
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

"""Finds the first node of a model whose value sinter gets wrong.

usage: first_wrong.py MODEL.onnx [--io IO.npz] [-O0|-O1] [--one-by-one] [--tolerance 1e-3] [--seed N]

ONNX Runtime computes every intermediate value; sinter compiles the model with all of them as outputs. That keeps nodes
from fusing, so `--one-by-one` looks for errors of fusion instead: by bisection it compiles the model cut after node k, with
one output, and finds a node where the error sets in. Inputs come from a zoo's io file (in:NAME arrays), or are
seeded random numbers with every symbolic dim 3. Needs the packages onnx, numpy and onnxruntime.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.utils
from onnx import helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test/tools"))
from suite import SINTER


def read_inputs(model, io, seed):
    """The value of each graph input by name."""
    weights = {t.name for t in model.graph.initializer}
    stored = np.load(io) if io else None
    rng, values = np.random.default_rng(seed), {}
    for value in model.graph.input:
        if value.name in weights:
            continue
        if stored is not None:
            values[value.name] = stored[f"in:{value.name}"]
            continue
        kind = value.type.tensor_type
        shape = [d.dim_value or 3 for d in kind.shape.dim]
        dtype = helper.tensor_dtype_to_np_dtype(kind.elem_type)
        random = rng.standard_normal(shape) if np.dtype(dtype).kind == "f" else rng.integers(0, 2, shape)
        values[value.name] = random.astype(dtype)
    return values


def with_outputs(model, names):
    """A copy of the model whose outputs are these values."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.output[:]
    copy.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    return copy


def save(model, folder, source):
    """Writes a model beside links to the data files of its source."""
    for file in source.resolve().parent.iterdir():
        link = folder / file.name
        if file.is_file() and not link.exists() and file.suffix != ".onnx":
            link.symlink_to(file)
    path = folder / "debug.onnx"
    onnx.save(model, path)
    return path


def run_reference(path, inputs):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options)
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs)))


def run_sinter(path, inputs, level, folder):
    """The outputs by name; an error of compiler or executable ends the search with its text."""
    program, given, out = folder / "debug", folder / "in.npz", folder / "out.npz"
    np.savez(given, **inputs)
    for command in ([SINTER, path, "-o", program, level, "-q"], [program, "--inputs", given, "-o", out, "-q"]):
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{Path(command[0]).name}: exit code {done.returncode}\n{done.stderr}")
    with np.load(out) as file:
        return {name: file[name] for name in file.files}


def error_of(got, want):
    """The worst error relative to the largest value; infinite where shape, type, infinities or NaN differ."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return np.inf
    g, w = got.astype(np.float64), want.astype(np.float64)
    finite = np.isfinite(w)
    if not np.array_equal(g[~finite], w[~finite], equal_nan=True) or not np.isfinite(g[finite]).all():
        return np.inf
    return float(np.abs(g - w)[finite].max(initial=0) / max(np.abs(w[finite]).max(initial=0), 1e-30))


def describe(node, name, got, want, error):
    print(f"{node.op_type} '{node.name}' -> '{name}': error {error:.3g}")
    print(f"  inputs {list(node.input)}")
    print(f"  expected {want.dtype}{list(want.shape)} {want.reshape(-1)[:6]}")
    print(f"  got      {got.dtype}{list(got.shape)} {got.reshape(-1)[:6]}")


def search_all(model, values, want, args, folder):
    path = save(with_outputs(model, list(want)), folder, args.model)
    got = run_sinter(path, values, args.level, folder)
    for node in model.graph.node:
        for name in node.output:
            if name in want and (error := error_of(got[name], want[name])) > args.tolerance:
                return describe(node, name, got[name], want[name], error)
    print(f"no value of {len(want)} differs by more than {args.tolerance}")


def search_one_by_one(model, values, want, args, folder):
    nodes = [(node, node.output[0]) for node in model.graph.node if node.output[0] in want]

    def attempt(k):
        """(got, error) of the model cut after node k."""
        cut = onnx.utils.Extractor(model).extract_model([v for v in values], [nodes[k][1]])
        path = save(with_outputs(cut, [nodes[k][1]]), folder, args.model)
        got = run_sinter(path, {v.name: values[v.name] for v in cut.graph.input}, args.level, folder)[nodes[k][1]]
        return got, error_of(got, want[nodes[k][1]])

    low, high, last = 0, len(nodes) - 1, attempt(len(nodes) - 1)
    if last[1] <= args.tolerance:
        return print("the last node's value is right")
    while low < high:
        middle = (low + high) // 2
        result = attempt(middle)
        low, high, last = (low, middle, result) if result[1] > args.tolerance else (middle + 1, high, last)
    describe(*nodes[high], last[0], want[nodes[high][1]], last[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--io", type=Path)
    parser.add_argument("-O0", dest="level", action="store_const", const="-O0", default="-O1")
    parser.add_argument("-O1", dest="level", action="store_const", const="-O1")
    parser.add_argument("--one-by-one", action="store_true")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    model = onnx.load(args.model, load_external_data=False)
    values = read_inputs(model, args.io, args.seed)
    names = [name for node in model.graph.node for name in node.output if name]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        want = run_reference(save(with_outputs(model, names), folder, args.model), values)
        (search_one_by_one if args.one_by_one else search_all)(model, values, want, args, folder)


if __name__ == "__main__":
    main()

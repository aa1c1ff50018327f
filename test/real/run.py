"""Compiles trained models that people use, and compares values and meaning with ONNX Runtime's.

shared/real/fetch.py takes the models out of Python packages (see shared/real/README.md) and keeps ONNX Runtime's outputs
for real inputs beside them. One executable serves all cases of a model: every output must be within 1e-3 of its largest
value, agree with shared/real/expected, and mean the same: the text read, the sentences alike, the answer given.
Models whose export needs PyTorch run with `--all`; they need several GB and minutes.
"""
import argparse
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from models import file_name
from suite import ROOT, SINTER, Counts, brief, require

PLAIN = ["ppocr-det", "ppocr-rec", "silero-vad"]
NEED_TORCH = ["all-minilm-l6-v2", "smollm2-135m", "smollm2-135m-int4"]
BOUND = 1e-3  # of an output's largest value


def shared_folder():
    """shared/real, in or beside the project; None when there is none."""
    return next((p for p in (ROOT / "shared/real", ROOT.parent / "shared/real") if p.is_dir()), None)


def load_fetch(path):
    """fetch.py as a module."""
    spec = importlib.util.spec_from_file_location("fetch", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fetch_models(script, names):
    """Writes the models that the user's cache folder lacks; returns (folder, error text or None)."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME", "/tmp")) / ".cache") / "sinter"
    folder = cache / f"real-{hashlib.sha256(script.read_bytes()).hexdigest()[:12]}"
    missing = [name for name in names if not (folder / name / "meta.json").exists()]
    if not missing:
        return folder, None
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([sys.executable, str(script), *missing, "-o", str(folder)], capture_output=True, text=True)
    return folder, brief(done.stderr or done.stdout) if done.returncode else None


class Executable:
    """A compiled model with the interface of an onnxruntime.InferenceSession, as far as fetch.py uses it."""

    def __init__(self, path, model):
        self.path = path
        graph = onnx.load(model, load_external_data=False).graph
        self.inputs, self.outputs = map(self._describe, (graph.input, graph.output))

    @staticmethod
    def _describe(values):
        return [SimpleNamespace(name=v.name, shape=[d.dim_value or d.dim_param for d in v.type.tensor_type.shape.dim])
                for v in values]

    def get_inputs(self):
        return self.inputs

    def get_outputs(self):
        return self.outputs

    def run(self, _, feed):
        """The outputs in order; raises RuntimeError with what the executable says."""
        with tempfile.TemporaryDirectory() as folder:
            arguments = []
            for k, (name, array) in enumerate(feed.items()):
                np.save(f"{folder}/{k}.npy", array)
                arguments.append(f"{name}={folder}/{k}.npy")
            done = subprocess.run([self.path, *arguments, "-o", f"{folder}/out"], capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(brief(done.stderr))
            return [np.load(f"{folder}/out/{file_name(output.name)}.npy") for output in self.outputs]


def read_cases(path):
    """[(inputs, outputs)], each name -> array."""
    cases = defaultdict(lambda: ({}, {}))
    with np.load(path) as file:
        for key in file.files:
            side, k, name = key.split(":", 2)
            cases[int(k)][side == "out"][name] = file[key]
    return [cases[k] for k in sorted(cases)]


def difference(got, want):
    """None, or how an output differs."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"expected {want.dtype} {want.shape}, got {got.dtype} {got.shape}"
    error = np.abs(got.astype(np.float64) - want).max(initial=0) / max(np.abs(want).max(initial=0), 1e-30)
    return None if error <= BOUND else f"expected values within {BOUND} of the largest, got {error:.2e}"


def check_model(fetch, folder, name, level, counts):
    """Compiles one model and counts a result per case, and one for what the outputs mean."""
    model, label = folder / name / "model.onnx", f"{name} -O{level}"
    with tempfile.TemporaryDirectory() as place:
        executable = Path(place) / "model"
        done = subprocess.run([SINTER, "-q", f"-O{level}", model, "-o", executable], capture_output=True, text=True)
        if done.returncode:
            counts.fail(label, f"compile: {brief(done.stderr)}")
            return
        session = Executable(executable, model)
        names = [output.name for output in session.get_outputs()]
        feeds, outs = [], []
        for k, (feed, want) in enumerate(read_cases(folder / name / "io.npz")):
            try:
                got = dict(zip(names, session.run(None, feed)))
            except RuntimeError as error:
                counts.fail(f"{label}: case {k}", f"run: {error}")
                return
            wrong = [f"output {n}: {why}" for n, w in want.items() if (why := difference(got[n], w))]
            counts.check(f"{label}: case {k}", "; ".join(wrong[:3]))
            feeds.append(feed)
            outs.append(got)
        differs = fetch.expected(name, outs, fetch.MODELS[name]["tolerance"])
        counts.check(f"{label}: expected", f"differs in {', '.join(differs)}" if differs else None)
        said = fetch.meaning(name, folder / name, session, feeds, outs)
        want = json.loads((folder / name / "meta.json").read_text())["meaning"]
        same = said["ok"] and said.get("text") == want.get("text")
        counts.check(f"{label}: meaning", None if same else f"expected {brief(str(want))}, got {brief(str(said))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="MODEL", help=f"of {', '.join(PLAIN + NEED_TORCH)}")
    parser.add_argument("-O", dest="levels", action="append", choices=["0", "1"], help="only this level (default: 1)")
    args = parser.parse_args()
    require(SINTER, "sinter")
    counts, shared = Counts(), shared_folder()
    everything = os.environ.get("SINTER_CHECK_LEVEL") == "all"
    names = args.names or PLAIN + (NEED_TORCH if everything else [])
    if shared is None:
        counts.skip("no folder shared/real", len(names))
        return counts.finish()
    if not args.names and not everything:
        counts.skip("the export needs PyTorch: --all", len(NEED_TORCH))
    folder, why = fetch_models(shared / "fetch.py", names)
    if why:
        counts.fail("fetch", why)
        return counts.finish()
    fetch = load_fetch(shared / "fetch.py")
    for name in names:
        for level in args.levels or ["1"]:
            check_model(fetch, folder, name, level, counts)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

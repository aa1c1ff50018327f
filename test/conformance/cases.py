"""The cases of ONNX's own backend suite as files: dumped once per onnx version, selected, and rewritten for a run."""
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import onnx

import frozen
from models import PACKED, TYPES, supported_operators

KINDS = ("node", "simple", "pytorch-operator", "pytorch-converted", "light")
OLDEST_OPSET = 7  # of the cases that come from exported files; node cases declare the opset their operator dates from
# Cases that no compiler without training can reproduce, by name.
EXCLUDED = {
    r"^test_training_dropout": "Dropout in training mode draws random numbers",
    # numpy adds bf16 by rounding every partial sum; sinter, like ONNX Runtime, adds in f32 and rounds once. The last bit
    # of bf16 is 4e-3, past the suite's tolerance of 1e-3.
    r"^test_attention_(3d_causal|4d_causal|4d_causal_padded_kv|4d_padded_kv)_bf16(_expanded)?$":
        "expected values that round partial sums to bf16",
    # Expected 1.9e-7 where the sum is 0: numpy's rounding error, just above the suite's absolute tolerance of 1e-7.
    r"^test_dft_inverse(_opset19)?$": "expected values that are rounding errors",
}


@dataclass
class Case:
    """A case of the suite, ready to compile: `model` is the file, `frozen` the positions of inputs made constant."""
    name: str
    folder: Path
    model: Path
    frozen: list = field(default_factory=list)


def suite_folder():
    """The dumped suite; written on first use into the user's cache folder (about 10 s)."""
    dump = Path(__file__).with_name("dump.py")
    key = hashlib.sha256(dump.read_bytes() + onnx.__version__.encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME", "/tmp")) / ".cache") / "sinter"
    folder = cache / f"onnx-suite-{onnx.__version__}-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "onnx-suite.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            subprocess.run([sys.executable, dump, partial], check=True, stdout=subprocess.DEVNULL)
            partial.rename(folder)
    return folder


def select(match, kinds, counts):
    """(kind, name) of each case whose operators and types sinter compiles; the others are counted with the rule."""
    root, supported, chosen = suite_folder(), supported_operators(), []
    for line in (root / "ops.tsv").read_text().splitlines():
        kind, name, opset, names = line.split("\t")
        if kind not in kinds or not re.search(match, name):
            continue
        missing = set(names.split(",")) - supported - {""}
        excluded = next((why for pattern, why in EXCLUDED.items() if re.search(pattern, name)), None)
        if missing:
            counts.skip("an operator outside test/e2e/operators.txt")
        elif kind != "node" and int(opset) < OLDEST_OPSET:
            counts.skip(f"an opset below {OLDEST_OPSET}")
        elif excluded:
            counts.skip(excluded)
        else:
            chosen.append((kind, name))
    return root, chosen


def unsupported_type(model):
    """The name of an input's or output's type that sinter does not compile, or None."""
    for value in [*model.graph.input, *model.graph.output]:
        if value.type.WhichOneof("value") != "tensor_type":
            return value.type.WhichOneof("value")
        if value.type.tensor_type.elem_type not in TYPES | PACKED:
            return onnx.TensorProto.DataType.Name(value.type.tensor_type.elem_type)
    for tensor in model.graph.initializer:
        if tensor.data_type not in TYPES | PACKED:
            return onnx.TensorProto.DataType.Name(tensor.data_type)
    return None


def prepare(root, kind, name, out, symbolic, ones=False):
    """Writes the model of a case for a run; returns (Case or None, rule by which it is skipped or None, freezings)."""
    folder = root / kind / name
    model = onnx.load(folder / "model.onnx")
    missing = unsupported_type(model)
    if missing:
        return None, f"type {missing.lower()}", {}
    reasons = frozen.frozen_inputs(model)
    order = [value.name for value in model.graph.input]
    values = {}
    for input_name in reasons:
        tensor = onnx.TensorProto()
        tensor.ParseFromString((folder / "test_data_set_0" / f"input_{order.index(input_name)}.pb").read_bytes())
        values[input_name] = tensor
    frozen.freeze(model, values)
    if symbolic:
        frozen.make_symbolic(model, ones)
    out.mkdir(parents=True)
    onnx.save(model, out / "model.onnx")
    return Case(name, folder, out / "model.onnx", [order.index(n) for n in reasons]), None, reasons


def tolerance(folder):
    """(rtol, atol) that the suite gives the case."""
    values = json.loads((folder / "tolerance.json").read_text())
    return values["rtol"], values["atol"]


def output_names(path):
    """The names of a model's outputs, in order."""
    return [value.name for value in onnx.load(path).graph.output]

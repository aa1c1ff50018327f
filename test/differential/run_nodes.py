"""Compiles models of one node and compares them with ONNX Runtime: com.microsoft operators, opsets 7 to 12, and
recurrent layers.

The cases are tables in nodes/. A default-domain case is run once for each version of its operator in the range that it
names. Without onnxruntime (test/requirements.txt) all are skipped.
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from nodes import microsoft, old_opsets, recurrent
from suite import SINTER, Counts, brief, jobs_default, require, run_parallel

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

LIMIT = 60  # seconds for one process
IR_VERSION = 8


def build(case, version):
    """The model of a case; its inputs that are not constants, by name."""
    outputs = case.outputs
    node = helper.make_node(case.op, [name or "" for name in case.inputs], outputs, domain=case.domain, **case.attributes)
    fed = {name: array for name, array in case.arrays().items() if name not in case.constants}
    inputs = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype),
                                            case.symbols.get(name, array.shape)) for name, array in fed.items()]
    constants = [numpy_helper.from_array(array, name) for name, array in case.arrays().items() if name in case.constants]
    graph = helper.make_graph([node], "g", inputs, [onnx.ValueInfoProto(name=name) for name in outputs if name], constants)
    imports = [helper.make_opsetid("", version)] + ([helper.make_opsetid(case.domain, 1)] if case.domain else [])
    return helper.make_model(graph, opset_imports=imports, ir_version=IR_VERSION), fed


def reference(model, fed):
    """What ONNX Runtime gives for each output; the products of 8-bit integers in the mode that does not saturate."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run([output.name for output in model.graph.output], fed)


def wanted(case, version):
    """The outputs that a case must have."""
    values = zip(filter(None, case.outputs), reference(*build(case.instead or case, version)))
    return [np.transpose(value, case.moved[name]) if name in case.moved else value for name, value in values]


def run(command):
    """Runs a command; an error text or None."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=LIMIT, errors="replace")
    return f"exit code {done.returncode}: {brief(done.stderr)}" if done.returncode else None


def differs(case, got, want):
    """What differs between two outputs, or None."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"expected {want.dtype}{list(want.shape)}, got {got.dtype}{list(got.shape)}"
    got, want = case.defined(got), case.defined(want)
    if not np.issubdtype(want.dtype, np.floating):
        return None if (got == want).all() else f"{int((got != want).sum())} of {want.size} values differ"
    error = np.abs(got - want).max() if want.size else 0
    allowed = case.tolerance * max(1, np.abs(want).max() if want.size else 0)
    return None if error <= allowed else f"off by {error:.3g}, at most {allowed:.3g} allowed"


def check(job):
    """Runs a case at -O0 and -O1; what is wrong, or None."""
    case, version = job
    model, fed = build(case, version)
    want = wanted(case, version)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        onnx.save(model, folder / "m.onnx")
        for key, array in fed.items():
            np.save(folder / f"{key}.npy", array)
        for level in ("-O0", "-O1"):
            error = run([SINTER, folder / "m.onnx", "-o", folder / "m", "-q", "--jobs", "1", level]) or run(
                [folder / "m", *(f"{key}={folder / key}.npy" for key in fed), "-o", folder / "out", "-q", "--threads=2"])
            if error:
                return f"{level}: {error}"
            for output, value in zip(model.graph.output, want):
                why = differs(case, np.load(folder / "out" / f"{output.name}.npy"), value)
                if why:
                    return f"{level}, output {output.name}: {why}"
    return None


def versions(case):
    """One opset for each version of the operator that an opset of the case's range has."""
    if case.domain:
        return [17]
    since = {}
    for opset in case.opsets:
        since.setdefault(onnx.defs.get_schema(case.op, opset, "").since_version, opset)
    return list(since.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--match", default="", help="only cases whose name matches this expression")
    parser.add_argument("--jobs", type=int, default=jobs_default(), help="worker processes (default: one per CPU)")
    args = parser.parse_args()
    require(SINTER, "sinter")
    jobs = [(case, version) for case in [*microsoft.cases(), *old_opsets.cases(), *recurrent.cases()] if re.search(args.match, case.name)
            for version in versions(case)]
    counts = Counts()
    if not onnxruntime:
        counts.skip("no onnxruntime", len(jobs))
        return counts.finish()
    for (case, version), result in run_parallel(check, jobs, args.jobs):
        why = f"{type(result).__name__}: {result}" if isinstance(result, BaseException) else result
        counts.check(f"{case.name} of opset {version}", why)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

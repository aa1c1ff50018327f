#!/usr/bin/env python3
"""Writes the ONNX backend test cases of the installed `onnx` package as plain files.

usage: dump_backend_tests.py DIR [--kind KIND ...] [--match REGEX] [--counts FILE]

Each case becomes DIR/<kind>/<name>/{model.onnx, tolerance.json, test_data_set_<n>/{input,output}_<k>.pb}.
A .pb holds a TensorProto, SequenceProto, OptionalProto or MapProto, as the type of the graph's value says
(ops.tsv has the operators of each case). Node cases exist only in memory: the package computes them, so
their random inputs are seeded per process by the package itself. Needs the packages onnx, numpy, ml_dtypes.
"""
import argparse, collections, json, os, re, shutil, sys, warnings
from pathlib import Path
import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import DATA_DIR, load_model_tests

KINDS = ["node", "simple", "pytorch-operator", "pytorch-converted", "light"]


def value_bytes(value, info):
    if hasattr(value, "SerializeToString"):
        return value.SerializeToString()
    kind = info.type.WhichOneof("value")
    if kind == "sequence_type":
        return numpy_helper.from_list(value, info.name).SerializeToString()
    if kind == "map_type":
        return numpy_helper.from_dict(value, info.name).SerializeToString()
    if kind == "optional_type":
        return numpy_helper.from_optional(value, info.name).SerializeToString()
    array = np.asarray(value)
    if array.dtype.kind in "US":  # numpy_helper takes strings as object arrays only
        array = array.astype(object)
    tensor = numpy_helper.from_array(array, info.name)
    want = info.type.tensor_type.elem_type
    if tensor.data_type != want:
        raise ValueError(f"{info.name}: array is {tensor.data_type}, graph says {want}")
    return tensor.SerializeToString()


def ops_of(graph, out):
    for node in graph.node:
        out.append((node.domain + "::" if node.domain not in ("", "ai.onnx") else "") + node.op_type)
        for attr in node.attribute:
            for sub in ([attr.g] if attr.type == onnx.AttributeProto.GRAPH else attr.graphs):
                ops_of(sub, out)
    return out


def write_case(root, model_bytes, data_sets, rtol, atol):
    root.mkdir(parents=True)
    (root / "model.onnx").write_bytes(model_bytes)
    (root / "tolerance.json").write_text(json.dumps({"rtol": rtol, "atol": atol}) + "\n")
    for n, (inputs, outputs) in enumerate(data_sets):
        folder = root / f"test_data_set_{n}"
        folder.mkdir()
        for stem, values in (("input", inputs), ("output", outputs)):
            for k, data in enumerate(values):
                (folder / f"{stem}_{k}.pb").write_bytes(data)


def node_cases():
    for case in load_model_tests(kind="node"):
        graph = case.model.graph
        sets = [([value_bytes(v, i) for v, i in zip(ins, graph.input, strict=True)],
                 [value_bytes(v, o) for v, o in zip(outs, graph.output, strict=True)])
                for ins, outs in case.data_sets]
        yield case.name, case.model.SerializeToString(), sets, case.rtol, case.atol


def file_cases(kind):
    for case in sorted(load_model_tests(kind=kind), key=lambda c: c.name):
        folder, sets = Path(case.model_dir), []
        for data in sorted(folder.glob("test_data_set_*")):
            def read(stem):
                files = sorted(data.glob(stem + "_*.pb"), key=lambda p: int(p.stem.rsplit("_", 1)[1]))
                return [f.read_bytes() for f in files]
            sets.append((read("input"), read("output")))
        yield case.name, (folder / "model.onnx").read_bytes(), sets, case.rtol, case.atol


def light_cases():
    """Nine image networks whose weights are ConstantOfShape; the runner makes this same input."""
    light = Path(DATA_DIR) / "light"
    for case in sorted(load_model_tests(kind="real"), key=lambda c: c.name):
        path = light / os.path.basename(case.url)
        model = onnx.load(path)
        weights = {t.name for t in model.graph.initializer}
        inputs = [i for i in model.graph.input if i.name not in weights]
        assert len(inputs) == 1, (case.name, [i.name for i in inputs])
        shape = [d.dim_value or 1 for d in inputs[0].type.tensor_type.shape.dim]
        size = int(np.prod(shape))
        array = (np.arange(size).reshape(shape) / size).astype(np.float32)
        output = path.with_name(path.stem + "_output_0.pb").read_bytes()
        yield case.name, path.read_bytes(), [([value_bytes(array, inputs[0])], [output])], case.rtol, case.atol


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("dir", type=Path)
    ap.add_argument("--kind", nargs="*", default=KINDS, choices=KINDS)
    ap.add_argument("--match", default="", help="only cases whose name matches this expression")
    ap.add_argument("--counts", type=Path, help="write the number of cases per operator here")
    args = ap.parse_args()
    warnings.simplefilter("ignore")
    per_op, total = collections.Counter(), collections.Counter()
    args.dir.mkdir(parents=True, exist_ok=True)
    with (args.dir / "ops.tsv").open("w") as table:
        for kind in args.kind:
            cases = node_cases() if kind == "node" else light_cases() if kind == "light" else file_cases(kind)
            shutil.rmtree(args.dir / kind, ignore_errors=True)
            for name, model_bytes, sets, rtol, atol in cases:
                if not re.search(args.match, name):
                    continue
                write_case(args.dir / kind / name, model_bytes, sets, rtol, atol)
                model = onnx.load_from_string(model_bytes)
                ops = sorted(set(ops_of(model.graph, [])))
                opset = max((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), default=0)
                table.write(f"{kind}\t{name}\t{opset}\t{','.join(ops)}\n")
                per_op.update(ops)
                total[kind] += 1
    if args.counts:
        args.counts.write_text("".join(f"{n}\t{op}\n" for op, n in per_op.most_common()))
    print(", ".join(f"{k} {n}" for k, n in total.items()), "| operators", len(per_op), "| onnx", onnx.__version__)


if __name__ == "__main__":
    sys.exit(main())

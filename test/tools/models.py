"""What the runners ask of an ONNX model: its operators against test/e2e/operators.txt, its element types, its shapes."""
import sys
import urllib.parse

import onnx
from onnx import TensorProto

from suite import ROOT

# Element types that sinter compiles.
TYPES = {getattr(TensorProto, name) for name in (
    "FLOAT DOUBLE FLOAT16 BFLOAT16 BOOL INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64").split()}
# Types that the program holds one element per byte; they come from constants, not from the command line.
PACKED = {getattr(TensorProto, name) for name in "INT4 UINT4 INT2 UINT2".split()}


def supported_operators():
    """The names in test/e2e/operators.txt."""
    lines = (ROOT / "test/e2e/operators.txt").read_text().splitlines()
    return {name for line in lines if not line.startswith("#") for name in line.split()}


def subgraphs(node):
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            yield attribute.g
        elif attribute.type == onnx.AttributeProto.GRAPHS:
            yield from attribute.graphs


def operators(model):
    """Every operator of a model, in subgraphs and called local functions too; other domains as domain::Name."""
    functions = {(f.domain, f.name): f for f in model.functions}
    found, entered = set(), set()

    def walk(nodes):
        for node in nodes:
            key = (node.domain, node.op_type)
            if key in functions:
                if key not in entered:
                    entered.add(key)
                    walk(functions[key].node)
                continue
            found.add((node.domain + "::" if node.domain not in ("", "ai.onnx") else "") + node.op_type)
            for graph in subgraphs(node):
                walk(graph.node)

    walk(model.graph.node)
    return found


def lacking(model, supported):
    """The reason to skip a model, or None."""
    missing = operators(model) - supported
    return "lacks " + ", ".join(sorted(missing)) if missing else None


def file_name(output):
    """The stem that an executable gives to the file of an output: bytes outside [A-Za-z0-9._-] percent-encoded."""
    return urllib.parse.quote(output.encode(), safe="").replace("~", "%7E")


def main():
    """Lists the operators of the given models that are not in test/e2e/operators.txt."""
    for path in sys.argv[1:]:
        print(f"{path}: {lacking(onnx.load(path, load_external_data=False), supported_operators()) or 'ok'}")


if __name__ == "__main__":
    main()

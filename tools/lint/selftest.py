"""Planted mistakes, one per rule: each lint must see its own. A lint that finds nothing proves nothing."""
from pathlib import Path

import diagnostics
import examples
import filecheck
import forbidden
import layers
import names
from source import ROOT, Finding

# (layer, path, quote, header) -> whether it must be refused.
INCLUDES = [
    (("target", "target/TargetInfo.cpp", '"', "dialects/sinter/Sinter.h"), True),
    (("target", "target/TargetInfo.cpp", '"', "llvm/ADT/StringRef.h"), True),
    (("dialects", "dialects/sinter/Dims.cpp", '"', "passes/Passes.h"), True),
    (("passes", "passes/fuse/Fuse.cpp", '"', "onnx/common/ir.h"), True),
    (("codegen", "codegen/host/Host.cpp", '"', "runtime/core/ThreadPool.h"), True),
    (("codegen", "codegen/host/Host.cpp", '"', "runtime/abi.h"), False),
    (("compiler/import", "compiler/import/Model.cpp", '"', "onnx/onnx_pb.h"), False),
    (("compiler/import", "compiler/import/Model.cpp", '"', "passes/Passes.h"), True),
    (("runtime", "runtime/core/Arena.cpp", "<", "vector"), True),
    (("runtime", "runtime/core/Arena.cpp", "<", "string.h"), False),
]
# A comment line of a test -> whether it must be refused.
DIRECTIVES = [
    ("// CHECK: a", False), ("// CHECK-NEXT: a", False), ("// CHECK-COUNT-3: a", False), ("//  CHECK-SAME:   b", False),
    ("// CHECK-EMPTY:", False), ("// CHECK{LITERAL}: [[a]]", False), ("// A note in words", False),
    ("// CHECK-LABLE: a", True), ("// CHCEK: a", True), ("// CHECK-NEXT a", True), ("// CHECK_NEXT: a", True),
    ("// CHECK-NOT:", True), ("// CHECK: {{.*}}", True), ("// CHECK : a", True), ("// CHECKNEXT: a", True),
]
FLAGS = [("sinter-sink-transpose", "SinkTranspose"), ("sinter-fuse-attention", "FuseAttention")]


def cases():
    """(name, whether the lint did what it must)"""
    for arguments, refused in INCLUDES:
        yield f"layers {arguments[1]} {arguments[3]}", bool(layers.judge(*arguments)) == refused
    for line, refused in DIRECTIVES:
        match = filecheck.WORD.match(line)
        why = match and filecheck.judge(match[1], match[2], match[3], match[4], {"CHECK"})
        yield f"filecheck {line}", bool(why) == refused
    for flag, stem in FLAGS:
        yield f"names {flag}", names.camel(flag) == stem
    missing = list(names.check_pass(ROOT / "passes/Passes.td", 1, "SinkPass", "sinter-sink", [], set()))
    yield "names, a pass without file and test", len(missing) == 2
    yield "diagnostics, a split literal", diagnostics.pieces("expected {0} of the dims, got {1}") == [" of the dims, got "]
    yield "diagnostics, a semicolon in a literal", diagnostics.statement('"a;b" + c; d', 0) == '"a;b" + c'
    wrapped = examples.wrap("%0 = sinter.reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xf32>")
    yield "examples, argument types", "@example(%x: tensor<4x8xf32>)" in wrapped
    wrapped = examples.wrap("%1 = a.b %x,\n   %y : tensor<4xf32>, tensor<?xi64, #s.dims<S>> -> tensor<4xf32>")
    yield "examples, encodings", "(%x: tensor<4xf32>, %y: tensor<?xi64, #s.dims<S>>)" in wrapped
    machine = "/" + "home/someone/file"
    for line in [f"cd {machine}", "<" * 7 + " HEAD", ">" * 7 + " branch"]:
        yield f"forbidden {line}", any(p.search(line) for p in forbidden.FORBIDDEN)


def check():
    for name, right in cases():
        if not right:
            yield Finding(Path(__file__).resolve(), 1, f"the lint does not see its planted mistake: {name}")

"""Includes point downwards only. ALLOWED is section 7 of the design as data; runtime code stays free of libstdc++."""
import re

from source import ROOT, Finding, files, lines_of

# Layer -> what its files may include besides their own layer. "onnx" and "lld" are third-party headers that only some
# layers may see; files in tools/ and test/ may include everything.
ALLOWED = {
    "target": [],
    "dialects": [],
    "compiler/import": ["dialects", "onnx"],
    "passes": ["dialects", "target"],
    "codegen": ["dialects", "target", "runtime/abi.h"],
    "compiler/driver": ["dialects", "target", "passes", "codegen", "compiler/import", "runtime/abi.h"],
    "runtime": [],
}
# Third-party headers by layer: the IR-free target folder and the runtime see none of MLIR or LLVM.
NO_LLVM = ("target", "runtime")
LLD_ONLY_IN = "codegen/emit"
# C++ headers without code in libstdc++ that the runtime may use.
RUNTIME_HEADERS = {"new", "type_traits", "initializer_list", "utility", "atomic", "limits", "cstddef", "cstdint"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer_of(path):
    """The longest layer that a path relative to the root lies in, or None."""
    return max((name for name in ALLOWED if path == name or path.startswith(name + "/")), key=len, default=None)


def judge(layer, path, quote, name):
    """The rule that an include breaks, or None."""
    top = name.split("/")[0]
    if top in ("mlir", "llvm") and layer in NO_LLVM:
        return f"{layer} must not include {top} headers"
    if top == "lld" and not path.startswith(LLD_ONLY_IN):
        return f"only {LLD_ONLY_IN} includes lld"
    if top in ("onnx", "google") and "onnx" not in ALLOWED[layer]:
        return "only compiler/import sees ONNX and protobuf"
    if layer == "runtime" and quote == "<" and not name.endswith(".h") and name not in RUNTIME_HEADERS:
        return f"the runtime must not include <{name}>, which needs libstdc++"
    other = layer_of(name)
    if not other or other == layer or name in ALLOWED[layer] or other in ALLOWED[layer]:
        return None
    return f"{layer} must not include {other}; allowed: {', '.join(ALLOWED[layer]) or 'nothing'}"


def check():
    for path in files(".cpp", ".h", ".inc", ".td"):
        relative = str(path.relative_to(ROOT))
        layer = layer_of(relative)
        if not layer:
            continue
        for number, line in enumerate(lines_of(path), 1):
            match = INCLUDE.match(line)
            why = match and judge(layer, relative, match[1], match[2])
            if why:
                yield Finding(path, number, f"{why} ({match[2]})")

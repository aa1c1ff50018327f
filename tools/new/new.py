"""Writes the skeleton of a pass or of a test, in its place and with its names, so that it passes every lint.

usage: new.py pass FOLDER FlagInCamelCase "Summary"     e.g. new.py pass passes/simplify SinkTranspose "Moves ..."
       new.py op-test OPERATOR                          test/import/OPERATOR.onnxtxt for an ONNX operator
Nothing is overwritten. The definition for Passes.td and the line for CMakeLists.txt are printed, to be put where they
belong in the order of the pipeline.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PASS_SOURCE = """// {summary}.
//
// Not done: say what this pass leaves alone, and why.
#include "{folder}/Passes.h"

#define DEBUG_TYPE "{flag}"

namespace sinter {{
#define GEN_PASS_DEF_{upper}PASS
#include "{folder}/Passes.h.inc"

namespace {{

struct {name}Pass final : impl::{name}PassBase<{name}Pass> {{
  void runOnOperation() override {{}}
}};

}} // namespace
}} // namespace sinter
"""

PASS_TEST = """// RUN: sinter-opt %s --{flag} | FileCheck %s

///----- [{name}]  IN: what it looks for  OUT: what it makes of it
// CHECK-LABEL: func.func @{snake}(
//  CHECK-SAME:   %[[X:.*]]: tensor<2x3xf32>
//       CHECK:   return %[[X]]
func.func @{snake}(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {{
  return %x : tensor<2x3xf32>
}}
"""

PASS_DEFINITION = """def {name}Pass : Pass<"{flag}"> {{
  let summary = "{summary}";
  let description = [{{
    Input:    what must hold before.
    Output:   what holds after.
    Not done: what it leaves alone, because ...
    Example:  test/{folder}/{dashed}.mlir
  }}];
}}"""

OP_TEST = """// RUN: sinter %s --emit=mlir --print-ir-after=import -o %t 2>&1 | FileCheck %s
// CHECK-LABEL: sinter.program
<ir_version: 10, opset_import: ["" : 20]>
{snake} (float[2,3] x) => (float[2,3] y) {{
  y = {name}(x)
}}
"""


def write(path, text):
    if path.exists():
        sys.exit(f"new: expected no file {path.relative_to(ROOT)}, got one")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"wrote {path.relative_to(ROOT)}")


def words(name):
    """SinkTranspose -> [sink, transpose]"""
    return [w.lower() for w in re.findall(r"[A-Z][a-z0-9]*|[A-Z]+(?![a-z])", name)]


def new_pass(folder, name, summary):
    folder = folder.rstrip("/")
    if not (ROOT / folder).is_dir():
        sys.exit(f"new: expected a folder, got {folder}")
    dashed = "-".join(words(name))
    fields = dict(folder=folder, name=name, summary=summary.rstrip("."), flag=f"sinter-{dashed}", dashed=dashed,
                  snake="_".join(words(name)), upper=name.upper())
    write(ROOT / folder / f"{name}.cpp", PASS_SOURCE.format(**fields))
    write(ROOT / "test" / folder / f"{dashed}.mlir", PASS_TEST.format(**fields))
    print(f"\nadd to {folder}/Passes.td or the Passes.td above it:\n{PASS_DEFINITION.format(**fields)}")
    print(f"\nadd to the sources in {folder}/CMakeLists.txt or the one above it:\n  {name}.cpp")


def new_op_test(name):
    write(ROOT / "test/import" / f"{'-'.join(words(name))}.onnxtxt",
          OP_TEST.format(name=name, snake="_".join(words(name))))
    print("replace the CHECK line by what the importer must make of it")


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "pass":
        new_pass(*sys.argv[2:])
    elif len(sys.argv) == 3 and sys.argv[1] == "op-test":
        new_op_test(sys.argv[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()

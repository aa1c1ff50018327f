# How lit runs the tests of passes, emitters, the importer and the tools: `lit -v test --param build=build`.
# Every file has its RUN lines at its head; tools are found on PATH, sinter and sinter-opt in the build folder.
import os
import sys

import lit.formats

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
build = os.path.abspath(lit_config.params.get("build", os.path.join(root, "build")))
python = lit_config.params.get("python", sys.executable)

config.name = "sinter"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".onnxtxt"]
# Folders with runners of their own (check --help lists them), and inputs of tests.
config.excludes = ["unit", "e2e", "conformance", "errors", "fuzz", "sanitize", "scaling", "bench", "docs", "tools", "Inputs"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
config.test_exec_root = os.path.join(build, "test", "lit")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(build, "bin"), "/usr/lib/llvm-22/bin", os.path.dirname(python), os.environ["PATH"]])
config.environment["FILECHECK_OPTS"] = "--dump-input-filter=error"
config.environment["MALLOC_PERTURB_"] = os.environ.get("MALLOC_PERTURB_", "165")  # as in tools/suite.py
config.substitutions += [
    ("%python", python),
    ("%root", root),
    ("%examples", os.path.join(root, "examples")),
    ("%shared", os.path.join(os.path.dirname(root), "shared")),
]
with open("/proc/cpuinfo") as cpuinfo:
    flags = next((line.split(":")[1].split() for line in cpuinfo if line.startswith("flags")), [])
config.available_features.update(flag for flag in flags if flag in ("avx2", "avx512f", "avx512bw", "avx512_bf16"))

"""Compiles each MODEL.onnx of the folder at hand to MODEL, for the target that the argument names, and to MODEL-O0."""
import subprocess
import sys
from pathlib import Path

for model in sorted(Path(".").glob("*.onnx")):
    for options in (("-o", model.stem, f"--target={sys.argv[1]}"), ("-o", f"{model.stem}-O0", "-O0")):
        subprocess.run(["sinter", model, "-q", *options], check=True)

"""Compiles digits-vit.onnx, runs the executable on the 360 test images, and prints what came out and how fast.

usage: evaluate.py --sinter PATH -o EXECUTABLE     (needs numpy)
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def output_of(command):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sinter", required=True, type=Path, help="the compiler")
    parser.add_argument("-o", dest="program", required=True, type=Path, help="the executable to write")
    args = parser.parse_args()
    start = time.monotonic()
    output_of([args.sinter, HERE / "digits-vit.onnx", "-o", args.program, "-q"])
    compile_seconds = time.monotonic() - start
    program = args.program.resolve()

    with tempfile.TemporaryDirectory() as folder:
        output_of([program, f"image={HERE / 'test_images.npy'}", "-o", folder, "-q"])
        logits = np.load(Path(folder) / "logits.npy")
    labels, reference = np.load(HERE / "test_labels.npy"), np.load(HERE / "test_logits.npy")
    right = int((logits.argmax(1) == labels).sum())
    same = int((logits.argmax(1) == reference.argmax(1)).sum())
    info = json.loads(output_of([program, "--info", "--json"]))
    bench = json.loads(output_of([program, "--bench", "--shape", f"image={len(labels)}x1x8x8", "--seconds", "1", "--json"]))
    weights = info["weight_bytes"]
    size = program.stat().st_size

    print(f"accuracy       {right} of {len(labels)} images right, {100 * right / len(labels):.2f} %")
    print(f"same answers   {same} of {len(labels)} as ONNX Runtime, worst logit error {np.abs(logits - reference).max():.1e}")
    print(f"speed          {len(labels) / bench['median_ms'] * 1000:,.0f} images/s ({bench['median_ms']:.2f} ms for a batch of {len(labels)})")
    print(f"compile time   {compile_seconds:.2f} s")
    print(f"executable     {size:,} bytes: {weights:,} of weights and {size - weights:,} of everything else")
    return 0 if same == len(labels) else 1


if __name__ == "__main__":
    sys.exit(main())

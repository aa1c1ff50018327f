"""examples/digits, compiled at -O0 and -O1: one executable for batch 1 and batch 360.

The class of all 360 images must be that of ONNX Runtime's logits, and every logit within 1e-4 of them. Equal bytes must
come out of a second compilation.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from suite import ROOT, SINTER, Counts, brief, require

DIGITS = ROOT / "examples/digits"
TOLERANCE = 1e-4


def logits(program, images, folder):
    """The program's logits for a batch of images."""
    np.save(folder / "images.npy", images)
    subprocess.run([program, f"image={folder / 'images.npy'}", "-o", folder, "-q"], check=True, capture_output=True)
    return np.load(folder / "logits.npy")


def differs(got, want):
    """None, or what differs, in words."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"expected {want.dtype}{list(want.shape)}, got {got.dtype}{list(got.shape)}"
    wrong = int((got.argmax(1) != want.argmax(1)).sum())
    error = float(np.abs(got - want).max())
    return f"{wrong} of {len(want)} classes differ, worst error {error:.3g}" if wrong or not error <= TOLERANCE else None


def check(level, folder, counts):
    program, again = folder / "digits", folder / "digits2"
    for out in (program, again):
        subprocess.run([SINTER, DIGITS / "digits-vit.onnx", "-o", out, level, "-q"], check=True, capture_output=True)
    counts.check(f"{level} reproducible", None if program.read_bytes() == again.read_bytes() else "bytes differ")
    images, want = np.load(DIGITS / "test_images.npy"), np.load(DIGITS / "test_logits.npy")
    counts.check(f"{level} batch 360", differs(logits(program, images, folder), want))
    singles = [logits(program, images[k : k + 1], folder) for k in range(len(images))]
    counts.check(f"{level} batch 1", differs(np.concatenate(singles), want))


def main():
    require(SINTER, "sinter")
    counts = Counts()
    for level in ("-O0", "-O1"):
        with tempfile.TemporaryDirectory() as name:
            try:
                check(level, Path(name), counts)
            except subprocess.CalledProcessError as error:
                counts.fail(level, f"{Path(error.cmd[0]).name}: exit code {error.returncode}: {brief(error.stderr.decode())}")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

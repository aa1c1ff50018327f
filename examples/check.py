"""Runs what examples/ promises: each folder's evaluate.py compiles its model, runs it and judges the result."""
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "test/tools"))
from suite import ROOT, SINTER, Counts, brief, require


def main():
    require(SINTER, "sinter")
    counts = Counts()
    for script in sorted((ROOT / "examples").glob("*/evaluate.py")):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, script, "--sinter", SINTER, "-o", Path(folder) / "model"],
                                  capture_output=True, text=True)
        print(done.stdout, end="")
        counts.check(str(script.relative_to(ROOT)), done.returncode and brief(done.stderr + done.stdout))
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

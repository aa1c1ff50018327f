"""Runs ./MODEL on each MODEL-*.npz of the folder at hand: against ./MODEL-O0, and one thread against eight, bit by bit."""
import subprocess
import sys
from pathlib import Path

for inputs in sorted(Path(".").glob("*-*.npz")):
    model = inputs.name.split("-")[0]
    for command in ((f"./{model}-O0", "-o", "want.npz"), (f"./{model}", "--compare", "want.npz"),
                    (f"./{model}", "-o", "one.npz", "--threads=1"), (f"./{model}", "-o", "eight.npz", "--threads=8")):
        done = subprocess.run([*command, "--inputs", inputs, "-q"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{inputs}: {' '.join(command)}: {done.stdout}{done.stderr}")
    if Path("one.npz").read_bytes() != Path("eight.npz").read_bytes():
        sys.exit(f"{inputs}: expected the same bits on one thread and on eight")
    print(f"{inputs}: equal")

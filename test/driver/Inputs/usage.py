"""usage: usage.py MODEL: runs sinter with one wrong argument after the other; prints arguments, exit code, stderr."""
import subprocess
import sys

CASES = [
    None, ["--emit=foo"], ["-O2"], ["--dim", "B"], ["--dim", "B=5..2"], ["--shape", "x=2xq"], ["--state", "x"], ["--name=1x"], ["--target=z80"],
    ["--target=x86-64-v2"], ["--print-ir-after=foo"], ["--jobs=0"], ["--bogus"], ["-o", "-"], ["-o", "add.onnxtxt"], ["-o", "."],
    ["-o", "no/out"],
]
for case in CASES:
    command = ["sinter"] if case is None else ["sinter", sys.argv[1], "-q", *case]
    done = subprocess.run(command, capture_output=True, text=True)
    print(case or [], f"{done.returncode}:", done.stdout + done.stderr.strip())

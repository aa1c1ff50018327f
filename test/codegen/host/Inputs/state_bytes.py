"""Which launches of a program with states move bytes that grow with the rows kept: python state_bytes.py PROGRAM SHAPE.. prints
a line for each, with the bytes for each row more. {total} in a shape is one row more than those kept."""
import json
import subprocess
import sys


def launches(past):
    shapes = [f"--shape={shape.format(total=past + 1)}" for shape in sys.argv[2:]]
    command = [sys.argv[1], "--info", "--json", f"--past={past}", *shapes]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["launches"]


for few, more in zip(launches(512), launches(1024)):
    if grows := more["bytes"] - few["bytes"]:
        print(f"{few['kernel']}: {grows / 512:g} bytes a row")
print("nothing else")

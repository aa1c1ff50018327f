"""Which launches of a program with states move bytes that grow with the rows kept: python state_bytes.py PROGRAM SHAPE.. prints
a line for each, with the bytes for each row more."""
import json
import subprocess
import sys


def launches(past):
    command = [sys.argv[1], "--info", "--json", f"--past={past}", *(f"--shape={shape}" for shape in sys.argv[2:])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["launches"]


few, more, most = launches(512), launches(1024), launches(2048)
for a, b, c in zip(few, more, most):
    grows = b["bytes"] - a["bytes"]
    assert c["bytes"] - b["bytes"] == 2 * grows
    if grows:
        print(f"{a['kernel']}: {grows / 512:g} bytes a row")
print(f"{len(few)} launches, {sum(a['bytes'] == b['bytes'] for a, b in zip(few, more))} of them do not see the rows")

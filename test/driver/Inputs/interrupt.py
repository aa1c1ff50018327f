"""usage: interrupt.py MODEL FOLDER: ends sinter by a signal while its temporary file exists; nothing may be left."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

model, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    process = subprocess.Popen(["sinter", model, "-o", "out", "-q"], cwd=folder,
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))  # background jobs ignore SIGINT
    deadline = time.monotonic() + 20
    while not any(folder.glob("out.tmp-*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(number)
    code = process.wait(20)
    left = sorted(os.listdir(folder))
    if code != -number or left:
        sys.exit(f"{number.name}: expected no file and the signal's exit code, got code {code} and {left}")
print("nothing left")

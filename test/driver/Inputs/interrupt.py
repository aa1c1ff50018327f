"""usage: interrupt.py MODEL FOLDER: ends sinter by a signal while its temporary file exists; nothing may be left.

A signal of the user ends the process as signals do; one of a defect ends in a message and exit code 1.
"""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

model, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV):
    process = subprocess.Popen(["sinter", model, "-o", "out", "-q"], cwd=folder, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))  # background jobs ignore SIGINT
    deadline = time.monotonic() + 20
    while not any(folder.glob("out.tmp-*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(random.uniform(0, 0.4))
    process.send_signal(number)
    message = process.communicate(timeout=20)[1].decode()
    left = sorted(os.listdir(folder))
    wanted = (1, "sinter: internal error in stage ") if number == signal.SIGSEGV else (-number, "")
    if process.returncode != wanted[0] or not message.startswith(wanted[1]) or left:
        sys.exit(f"{number.name}: expected {wanted} and no file, got {process.returncode}, '{message}' and {left}")
print("nothing left")

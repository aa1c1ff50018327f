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


def interrupted(number, delay):
    """(exit code, message, files left) of a compilation that gets the signal `delay` after its temporary file appears."""
    process = subprocess.Popen(["sinter", model, "-o", "out", "-q"], cwd=folder, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))  # background jobs ignore SIGINT
    deadline = time.monotonic() + 20
    while not any(folder.glob("out.tmp-*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(number)
    message = process.communicate(timeout=20)[1].decode()
    return process.returncode, message, sorted(os.listdir(folder))


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV):
    delay = random.uniform(0, 0.4)
    code, message, left = interrupted(number, delay)
    while code == 0 and left == ["out"] and delay > 0.001:  # it was done before the signal came: come earlier
        (folder / "out").unlink()
        delay /= 2
        code, message, left = interrupted(number, delay)
    wanted = (1, "sinter: internal error in stage ") if number == signal.SIGSEGV else (-number, "")
    if code != wanted[0] or not message.startswith(wanted[1]) or left:
        sys.exit(f"{number.name}: expected {wanted} and no file, got {code}, '{message}' and {left}")
print("nothing left")

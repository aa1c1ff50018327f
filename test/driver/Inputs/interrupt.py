"""usage: interrupt.py MODEL FOLDER: ends sinter by a signal while its temporary file exists; nothing may be left, no worker
either.

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


def interrupted(command, pattern, number, delay):
    """(exit code, message, files and processes left) of `command`, which gets the signal `delay` after its temporary file
    appears."""
    def start():
        os.setsid()  # its workers are the processes of its session
        signal.signal(number, signal.SIG_DFL)  # background jobs ignore SIGINT
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "TMPDIR": str(folder.resolve())},
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=start)
    deadline = time.monotonic() + 20
    while not any(folder.glob(pattern)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(number)
    message = process.communicate(timeout=20)[1].decode()
    return process.returncode, message, sorted(os.listdir(folder)) + workers_left(process.pid)


def is_of(session, stat):
    """Whether the process of a /proc/PID/stat belongs to `session`; the fields behind its name: state, parent, group, session."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
        return fields[3] == str(session) and fields[0] != "Z"
    except OSError:  # it has ended
        return False


def workers_left(session):
    """The processes of a session that do not end within a second."""
    deadline = time.monotonic() + 1
    while any(is_of(session, stat) for stat in Path("/proc").glob("[0-9]*/stat")):
        if time.monotonic() > deadline:
            return [f"a process of session {session}"]
        time.sleep(0.01)
    return []


def check(command, pattern, number):
    delay = random.uniform(0, 0.4)
    code, message, left = interrupted(command, pattern, number, delay)
    while code in (0, 2) and delay > 0.001:  # it was done before the signal came: come earlier
        (folder / "out").unlink(missing_ok=True)
        delay /= 2
        code, message, left = interrupted(command, pattern, number, delay)
    wanted = (1, "sinter: internal error in stage ") if number == signal.SIGSEGV else (-number, "")
    if code != wanted[0] or not message.startswith(wanted[1]) or left:
        sys.exit(f"{number.name}: expected {wanted} and no file, got {code}, '{message}' and {left}")


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGSEGV):
    check(["sinter", model, "-o", "out", "-q"], "out.tmp-*", number)
    check(["sinter", "run", model], "sinter-run*", number)
print("nothing left")

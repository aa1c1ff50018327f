"""What every test runner shares: counting results, and running cases on a few worker processes.

A suite prints a line per failure, and as its last line `N passed, M failed, K skipped`, which test/tools/check.py reads.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("SINTER_BUILD", ROOT / "build"))
LLVM_BIN = Path("/usr/lib/llvm-22/bin")
SINTER = Path(os.environ.get("SINTER", BUILD / "bin" / "sinter"))
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")
# glibc's malloc overwrites what is freed: a read of it fails at every run, not at one in fifty.
os.environ.setdefault("MALLOC_PERTURB_", "165")


class Counts:
    """Results of a suite: failures are printed as they come, skips are counted by reason."""

    def __init__(self):
        self.passed = self.failed = 0
        self.skips = {}

    def ok(self, number=1):
        self.passed += number

    def fail(self, name, why):
        self.failed += 1
        print(f"FAIL {name}: {why}", flush=True)

    def skip(self, reason, number=1):
        self.skips[reason] = self.skips.get(reason, 0) + number

    def check(self, name, why):
        """Counts a pass when `why` is empty, else a failure with that reason."""
        self.fail(name, why) if why else self.ok()

    def finish(self):
        """Prints the skips by reason and the summary line; returns the exit code."""
        for reason, number in sorted(self.skips.items(), key=lambda item: -item[1]):
            print(f"skipped {number}: {reason}")
        print(f"{self.passed} passed, {self.failed} failed, {sum(self.skips.values())} skipped", flush=True)
        return 1 if self.failed else 0


def run_parallel(function, cases, jobs):
    """Yields (case, result) in the order in which cases finish; an exception of `function` becomes its result."""
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        futures = {pool.submit(function, case): case for case in cases}
        for future in concurrent.futures.as_completed(futures):
            error = future.exception()
            yield futures[future], error if error else future.result()


def require(path, target):
    """Exits with a summary line when a built file is absent."""
    if not Path(path).exists():
        print(f"FAIL {target}: expected {path}, got no such file; build it with: ninja -C {BUILD} {target}")
        print("0 passed, 1 failed, 0 skipped")
        sys.exit(1)


def zoo_folder():
    """The folder of the model zoo: SINTER_ZOO, or shared/zoo in or beside the project; None when there is none."""
    places = [Path(os.environ["SINTER_ZOO"])] if "SINTER_ZOO" in os.environ else [ROOT / "shared/zoo", ROOT.parent / "shared/zoo"]
    return next((p for p in places if p.is_dir()), None)


def ninja(*targets):
    """Builds targets; returns an error text or None."""
    done = subprocess.run(["ninja", "-C", str(BUILD), f"-j{jobs_default()}", *targets], capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-4000:] + done.stderr)
        return f"ninja {' '.join(targets)} failed"
    return None


def jobs_default():
    """Worker processes: the CPUs this process may use."""
    return len(os.sched_getaffinity(0))


def brief(text, limit=300):
    """The first lines of a diagnostic, on one line; the last line of a Python traceback."""
    if "Traceback (most recent call last)" in text:
        text = text.strip().splitlines()[-1]
    line = " | ".join(part.strip() for part in text.strip().splitlines() if part.strip())
    return line if len(line) <= limit else line[:limit] + " ..."

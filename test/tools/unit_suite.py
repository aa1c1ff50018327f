"""Runs every GoogleTest program that CTest knows and counts its cases; an argument is a regex of programs."""
import concurrent.futures
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from suite import BUILD, Counts, brief, jobs_default


def programs(pattern):
    """(name, command) of each test that CTest lists."""
    listing = subprocess.run(["ctest", "--test-dir", str(BUILD), "--show-only=json-v1"], capture_output=True, text=True)
    if listing.returncode:
        raise RuntimeError(f"ctest failed: {brief(listing.stderr)}")
    tests = json.loads(listing.stdout)["tests"]
    return [(t["name"], t.get("command")) for t in tests if re.search(pattern, t["name"])]


def run(test):
    """Returns (passed, [(case, why)], skipped)."""
    name, command = test
    if not command or not Path(command[0]).exists():
        return 0, [(name, f"is not built; build it with: ninja -C {BUILD} sinter-tests")], 0
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run([*command, f"--gtest_output=json:{report}"], capture_output=True, text=True, timeout=170,
                              cwd=folder, errors="replace")
        print(done.stdout + done.stderr, end="", flush=True)
        if not report.exists():
            return 0, [(name, f"exit code {done.returncode} without a report: {brief(done.stdout[-300:] + done.stderr)}")], 0
        return count(name, json.loads(report.read_text()), done.returncode)


def count(name, report, code):
    passed, failures, skipped = 0, [], 0
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            if case.get("failures"):
                failures.append((f"{name} {suite['name']}.{case['name']}", brief(case["failures"][0]["failure"])))
            elif case.get("result") == "SKIPPED":
                skipped += 1
            else:
                passed += 1
    if code and not failures:
        failures.append((name, f"exit code {code} without a failed case"))
    return passed, failures, skipped


def main():
    counts = Counts()
    tests = programs(sys.argv[1] if len(sys.argv) > 1 else "")
    with concurrent.futures.ThreadPoolExecutor(jobs_default()) as pool:
        for passed, failures, skipped in pool.map(run, tests):
            counts.ok(passed)
            for case, why in failures:
                counts.fail(case, why)
            if skipped:
                counts.skip("by the test itself", skipped)
    if not tests:
        counts.fail("unit", "expected test programs, got none; configure with: cmake --preset default")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

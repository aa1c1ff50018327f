"""Builds, then runs the test suites one after the other; the last line is `N passed, M failed, K skipped`.

Each suite is a command whose last line has that same form; its whole output goes to build/check/<suite>.log.
"""
import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from suite import BUILD, LLVM_BIN, ROOT, SUMMARY

PYTHON = sys.executable


@dataclass
class Suite:
    """A suite: its name, command, what it proves, the smallest selection it belongs to, and its limit in seconds."""
    name: str
    command: list
    proves: str
    level: str = "default"  # fast < default < all
    limit: int = 300


def script(path, *arguments):
    return [PYTHON, str(ROOT / path), *arguments]


SUITES = [
    Suite("lint", script("tools/lint/run.py"), "house rules: layers, names, FileCheck directives, format", "fast", 120),
    Suite("lit", script("test/tools/lit_suite.py"), "passes, emitters and tools, one file per pass", "fast", 180),
    Suite("unit", script("test/tools/unit_suite.py"), "laws of dims, schedules, runtime, vector math", "fast", 180),
    Suite("errors", script("test/errors/run.py"), "one clear line for each kind of bad input"),
    Suite("examples", script("examples/check.py"), "examples/ does what it says"),
    Suite("docs", script("test/docs/run.py"), "what README.md and docs/ show is what the tools print"),
    Suite("digits", script("test/e2e/digits.py"), "a trained transformer gives ONNX Runtime's answers"),
    Suite("zoo", script("test/e2e/run.py"), "150 architectures, both shape sets from one executable", limit=1200),
    Suite("real", script("test/real/run.py"), "trained models say what they say in ONNX Runtime", limit=900),
    Suite("conformance", script("test/conformance/run.py"), "ONNX's own test suite", limit=1500),
    Suite("differential", script("test/differential/run.py"), "random graphs agree with ONNX Runtime", limit=600),
    Suite("nodes", script("test/differential/run_nodes.py"), "com.microsoft and old opsets agree with ONNX Runtime", limit=400),
    Suite("sanitizers", script("test/sanitize/run.py"), "no memory error, undefined behaviour or data race", limit=900),
    Suite("fuzz", script("test/fuzz/run.py"), "no input crashes scanner, importer or readers", limit=900),
    Suite("scaling", script("test/scaling/run.py"), "compile time grows with kernels, not with layers", limit=600),
    Suite("speed", script("test/bench/matmul.py"), "MatMul on one thread reaches 80 % of the CPU's bound", "all"),
]
LEVELS = ["fast", "default", "all"]


def build(targets):
    """Configures and builds; returns an error text or None."""
    log = BUILD / "check" / "build.log"
    with log.open("w") as out:
        if not (BUILD / "build.ninja").exists():
            if subprocess.run(["cmake", "--preset", "default"], cwd=ROOT, stdout=out, stderr=out).returncode:
                return f"cmake failed, see {log}"
        if subprocess.run(["ninja", "-C", str(BUILD), *targets], stdout=out, stderr=out).returncode:
            return f"ninja failed, see {log}"
    return None


def run(suite):
    """Runs a suite into its log file; returns (passed, failed, skipped)."""
    log = BUILD / "check" / f"{suite.name}.log"
    with log.open("w") as out:
        process = subprocess.Popen(suite.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code, note = process.wait(suite.limit), ""
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            code, note = process.wait(), f"ran past its limit of {suite.limit} s"
    lines = log.read_text(errors="replace").splitlines()
    summary = next((m for m in map(SUMMARY.match, reversed(lines)) if m), None)
    counts = [int(n) for n in summary.groups()] if summary and not note else [0, 0, 0]
    if code and not counts[1]:
        counts[1] = 1
        note = note or f"exit code {code} without a failed case"
    if counts[1]:
        show_failures(lines, note, log)
    return counts


def show_failures(lines, note, log):
    failures = [line for line in lines if line.startswith("FAIL")] or lines[-15:]
    for line in failures[:20]:
        print("    " + line[:400])
    if len(failures) > 20:
        print(f"    ... {len(failures) - 20} more")
    print(f"    {note + ', ' if note else ''}log: {os.path.relpath(log, ROOT)}", flush=True)


def table(rows):
    width = max(len(name) for name, *_ in rows)
    print(f"\n{'suite':{width}}  passed  failed  skipped  seconds")
    for name, (passed, failed, skipped), seconds in rows:
        print(f"{name:{width}}  {passed:6}  {failed:6}  {skipped:7}  {seconds:7.1f}")
    print(f"{'total':{width}}  {'':6}  {'':6}  {'':7}  {sum(row[2] for row in rows):7.1f}\n")


def parse():
    listing = "\n".join(f"  {s.name:12} {s.level:8} {s.proves}" for s in SUITES)
    parser = argparse.ArgumentParser(prog="check", description="Builds sinter and runs its test suites.",
                                     epilog="suites:\n" + listing,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="run only these suites")
    parser.add_argument("--fast", action="store_true", help="lint, lit and unit tests: for every commit")
    parser.add_argument("--all", action="store_true", help="also what takes longer or needs more packages")
    parser.add_argument("--no-build", action="store_true", help="test what is built already")
    args = parser.parse_args()
    unknown = set(args.suites) - {s.name for s in SUITES}
    if unknown:
        parser.error(f"expected a suite's name, got {', '.join(sorted(unknown))}")
    return args


def main():
    args = parse()
    (BUILD / "check").mkdir(parents=True, exist_ok=True)
    os.environ["PATH"] = os.pathsep.join([str(BUILD / "bin"), str(LLVM_BIN), os.environ["PATH"]])
    os.environ["SINTER_CHECK_LEVEL"] = level = "fast" if args.fast else "all" if args.all else "default"
    chosen = [s for s in SUITES if s.name in args.suites] if args.suites else [
        s for s in SUITES if LEVELS.index(s.level) <= LEVELS.index(level)]
    rows, totals = [], [0, 0, 0]
    if not args.no_build:
        start = time.monotonic()
        error = build(["sinter", "sinter-opt", "sinter-import", "sinter-tests"] + (["sinter-sanitized", "sinter-fuzzers"] if level != "fast" else []))
        rows.append(("build", [0 if error else 1, 1 if error else 0, 0], time.monotonic() - start))
        print(f"build: {error or 'ok'} ({rows[-1][2]:.0f} s)", flush=True)
        if error:
            print("\n".join((BUILD / "check" / "build.log").read_text(errors="replace").splitlines()[-30:]))
            chosen = []
    for suite in chosen:
        start = time.monotonic()
        counts = run(suite)
        rows.append((suite.name, counts, time.monotonic() - start))
        passed, failed, skipped = counts
        print(f"{suite.name}: {passed} passed, {failed} failed, {skipped} skipped ({rows[-1][2]:.0f} s)", flush=True)
    for _, counts, _ in rows:
        totals = [a + b for a, b in zip(totals, counts)]
    table(rows)
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs the unit tests of importer, readers and runtime under sanitizers; a report of a sanitizer fails the case.

The importer also takes every model of the zoo, of examples/ and of test/errors, good or bad, under AddressSanitizer.

The programs are those that CMakeLists.txt here lists in build/test/sanitize/programs.txt; ninja's sinter-sanitized
builds them.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import unit_suite
from suite import BUILD, ROOT, Counts, brief, jobs_default, ninja, zoo_folder

OPTIONS = {
    # libLLVM and libprotobuf are not instrumented: their containers look overflown to an instrumented caller.
    "ASAN_OPTIONS": "detect_container_overflow=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


def models(folder):
    """Every model at hand; those that generators of test/errors write go into `folder`."""
    errors = ROOT / "test/errors"
    for generator in sorted(set(errors.glob("*.py")) - {errors / n for n in ("run.py", "mutations.py", "wire.py")}):
        subprocess.run([sys.executable, generator, folder], check=True)
    zoo = sorted(zoo_folder().glob("*/*/model.onnx")) if zoo_folder() else []
    return [*zoo, *sorted((ROOT / "examples").glob("*/*.onnx")), *sorted(errors.glob("*.onnxtxt")),
            *sorted(folder.glob("*.onnx"))]


def check_importer(model):
    """What a sanitizer says of importing a model, or None; a refused model is fine."""
    program = BUILD / "bin/sinter-import-asan"
    done = subprocess.run([program, "-q", model], capture_output=True, text=True, errors="replace", timeout=120)
    if done.returncode in (0, 1) and "Sanitizer" not in done.stderr and "runtime error" not in done.stderr:
        return None
    report = re.search(r"SUMMARY: .*|runtime error: .*", done.stderr)
    return f"exit code {done.returncode}: {report[0] if report else brief(done.stderr)}"


def import_models(counts):
    with tempfile.TemporaryDirectory() as name:
        files = models(Path(name))
        with concurrent.futures.ThreadPoolExecutor(jobs_default()) as pool:
            for model, why in zip(files, pool.map(check_importer, files)):
                counts.check(f"asan sinter-import {model.parent.name}/{model.name}", why)


def main():
    counts = Counts()
    error = ninja("sinter-sanitized")
    if error:
        counts.fail("sinter-sanitized", error)
        return counts.finish()
    os.environ.update(OPTIONS)
    lines = (BUILD / "test/sanitize/programs.txt").read_text().split("\n")
    for line in filter(None, lines):
        kind, program = line.split(" ", 1)
        passed, failures, skipped = unit_suite.run((f"{kind} {Path(program).name}", [program]))
        counts.ok(passed)
        for case, why in failures:
            counts.fail(case, why)
        if skipped:
            counts.skip("by the test itself", skipped)
    if (BUILD / "bin/sinter-import-asan").exists():
        import_models(counts)
    if not counts.passed and not counts.failed:
        counts.fail("sanitizers", "expected unit tests that link an instrumented library, got none")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

"""Runs the unit tests of importer, readers and runtime under sanitizers; a report of a sanitizer fails the case.

The programs are those that CMakeLists.txt here lists in build/test/sanitize/programs.txt; ninja's sinter-sanitized
builds them.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import unit_suite
from suite import BUILD, Counts, ninja

OPTIONS = {
    # libLLVM and libprotobuf are not instrumented: their containers look overflown to an instrumented caller.
    "ASAN_OPTIONS": "detect_container_overflow=0:detect_stack_use_after_return=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


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
    if not counts.passed and not counts.failed:
        counts.fail("sanitizers", "expected unit tests that link an instrumented library, got none")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

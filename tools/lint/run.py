"""Runs every lint; `--fix` formats instead. One count per lint, a line per finding."""
import argparse
import importlib
import sys
import time

LINTS = ["selftest", "layers", "names", "filecheck", "diagnostics", "examples", "layout", "forbidden", "sizes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lints", nargs="*", metavar="LINT", help=f"of {', '.join(LINTS)}; all when none is named")
    parser.add_argument("--fix", action="store_true", help="format the C++ files")
    args = parser.parse_args()
    unknown = set(args.lints) - set(LINTS)
    if unknown:
        parser.error(f"expected lints of {', '.join(LINTS)}, got {', '.join(sorted(unknown))}")
    if args.fix:
        importlib.import_module("layout").fix()
        return 0
    passed = failed = 0
    for name in args.lints or LINTS:
        start = time.monotonic()
        findings = list(importlib.import_module(name).check())
        for finding in findings:
            print(finding)
        broken = sum(not f.warning for f in findings)
        failed += broken
        passed += not broken
        print(f"{name}: {broken} broken, {len(findings) - broken} warnings ({time.monotonic() - start:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

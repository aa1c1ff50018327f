"""Runs lit over test/ and prints its counts; arguments go to lit (a folder, --filter REGEX, -v)."""
import json
import subprocess
import sys

from suite import BUILD, LLVM_BIN, ROOT, Counts, jobs_default, require


def main():
    require(BUILD / "bin" / "sinter-opt", "sinter-opt")
    results = BUILD / "check" / "lit.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    results.unlink(missing_ok=True)
    arguments = sys.argv[1:]
    if not any(not a.startswith("-") for a in arguments):
        arguments.append(str(ROOT / "test"))
    code = subprocess.run([LLVM_BIN / "lit", "-s", "--no-progress-bar", f"-j{jobs_default()}",
                           f"--param=build={BUILD}", f"--param=python={sys.executable}", f"--output={results}",
                           *arguments], stderr=subprocess.STDOUT).returncode
    counts = Counts()
    if not results.exists():
        counts.fail("lit", f"exit code {code} without results")
        return counts.finish()
    for test in json.loads(results.read_text())["tests"]:
        if test["code"] in ("PASS", "XFAIL", "FLAKYPASS"):
            counts.ok()
        elif test["code"] in ("UNSUPPORTED", "SKIPPED", "EXCLUDED"):
            counts.skip(test["code"].lower())
        else:
            counts.fail(test["name"], f"{test['code']}; see it with: test/tools/lit_suite.py -v --filter NAME")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

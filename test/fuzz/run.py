"""Runs every libFuzzer harness for a minute, two at a time; then measures line coverage and looks for the planted bug.

Seeds come from the zoo and the tests. A crash, hang or leak leaves its input in build/fuzz/<harness>/ and fails. The
coverage of compiler/import by all corpora together must reach LEAST_COVERAGE per cent of its lines. fuzz-planted, the
scanner with one check removed, must crash.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import seeds
from suite import BUILD, LLVM_BIN, ROOT, Counts, brief, jobs_default, ninja

OUT = BUILD / "fuzz"
LEAST_COVERAGE = 60
PLANTED = "fuzz-planted"
ENVIRONMENT = {"ASAN_OPTIONS": "detect_container_overflow=0:allocator_may_return_null=1:symbolize=1"}


def run(harness, seconds):
    """Fuzzes one harness; returns (exit code, end of the log)."""
    folder = OUT / harness
    shutil.rmtree(folder, ignore_errors=True)
    seeds.write(harness, folder / "corpus")
    command = [BUILD / "bin" / harness, folder / "corpus", f"-max_total_time={seconds}", "-timeout=20", "-max_len=200000",
               "-rss_limit_mb=3000", f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=1"]
    with (folder / "log").open("w") as log:
        code = subprocess.run(command, stdout=log, stderr=log, env=environment(folder, "fuzz"),
                              timeout=seconds * 3 + 120).returncode
    return code, (folder / "log").read_text(errors="replace")


def environment(folder, name):
    return {**os.environ, **ENVIRONMENT, "LLVM_PROFILE_FILE": str(folder / f"{name}.profraw")}


def executions(log):
    match = re.search(r"stat::number_of_executed_units: *(\d+)", log)
    return int(match[1]) if match else 0


def replay(harness):
    """Runs the corpus once more for its coverage; returns the profile."""
    folder = OUT / harness
    subprocess.run([BUILD / "bin" / harness, folder / "corpus", "-runs=0"], env=environment(folder, "corpus"),
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return folder / "corpus.profraw"


def coverage(harnesses):
    """Per cent of the lines of compiler/import that the corpora execute; prints the report per file."""
    profiles = [p for p in map(replay, harnesses) if p.exists()]
    merged = OUT / "merged.profdata"
    subprocess.run([LLVM_BIN / "llvm-profdata", "merge", "-sparse", *profiles, "-o", merged], check=True)
    programs = [BUILD / "bin" / h for h in harnesses]
    objects = [f"--object={p}" for p in programs[1:]]
    report = subprocess.run([LLVM_BIN / "llvm-cov", "report", programs[0], *objects, f"--instr-profile={merged}",
                             "--show-region-summary=false", "--show-branch-summary=false",
                             ROOT / "compiler/import"], capture_output=True, text=True, check=True).stdout
    print(report)
    total = next(line for line in report.splitlines() if line.startswith("TOTAL"))
    return float(total.split()[-1].rstrip("%"))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--match", default="", help="only harnesses whose name matches this expression")
    parser.add_argument("--seconds", type=int, default=60, help="for each harness (default 60)")
    return parser.parse_args()


def main():
    args = parse()
    counts = Counts()
    error = ninja("sinter-fuzzers")
    if error:
        counts.fail("sinter-fuzzers", error)
        return counts.finish()
    names = [line for line in (BUILD / "test/fuzz/programs.txt").read_text().split() if re.search(args.match, line)]
    harnesses = [n for n in names if n != PLANTED]
    with concurrent.futures.ThreadPoolExecutor(jobs_default()) as pool:
        for harness, (code, log) in zip(names, pool.map(lambda n: run(n, args.seconds), names)):
            found = re.search(r"SUMMARY: .*|ERROR: .*", log)
            text = found[0] if found else f"exit code {code}"
            print(f"{harness}: {executions(log):,} runs, {len(list((OUT / harness / 'corpus').iterdir())):,} inputs kept")
            if harness == PLANTED:
                counts.check("the planted bug", None if code and "AddressSanitizer" in log else "expected a crash, got none")
            else:
                counts.check(harness, brief(text) if code else None)
    readers = [h for h in harnesses if seeds.reads_models(h)]
    if readers:
        percent = coverage(readers)
        print(f"line coverage of compiler/import: {percent:.1f} %")
        counts.check("coverage", None if percent >= LEAST_COVERAGE else f"expected {LEAST_COVERAGE} %, got {percent:.1f}")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

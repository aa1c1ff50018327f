"""Runs ONNX's own backend suite: every case whose operators and types sinter compiles, in four modes.

The modes are -O0 and -O1, each with the case's static shapes and with one symbol per dim. Results are compared with the
suite's tolerance. Rules: frozen.py says which inputs become constants, cases.py which cases are left out.
build/conformance/results.tsv has a line per case and mode.
"""
import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import cases
from compare import differs, read_tensor
from models import file_name
from suite import BUILD, SINTER, Counts, brief, jobs_default, require, run_parallel

OUT = BUILD / "conformance"
SHARD = 40  # cases that one worker compiles, runs and deletes at a time
LIMIT = 60  # seconds for one compilation


def batches():
    """Whether the compiler can take many command lines at once."""
    return "--batch" in subprocess.run([SINTER, "--help"], capture_output=True, text=True).stdout


def compile_shard(commands, logs, folder, batch):
    """Compiles command lines; returns an error text or None for each."""
    if not batch:
        return [compile_one(command) for command in commands]
    listing = folder / "commands.txt"
    listing.write_text("".join(" ".join(command) + "\n" for command in commands))
    results = ["the compiler's fork server gave no result"] * len(commands)
    try:
        done = subprocess.run([SINTER, "--batch", listing, "--jobs", "1"], capture_output=True, text=True, timeout=LIMIT * 3)
        output = done.stdout
    except subprocess.TimeoutExpired as error:
        output = (error.stdout or b"").decode()
    for line in output.splitlines():
        code, _, number = line.split("\t")
        k = int(number) - 1
        log = logs[k].read_text(errors="replace") if logs[k].exists() else ""
        results[k] = None if code == "0" else f"compile: exit code {code}: {brief(log)}"
    return [compile_one(c) if r and "fork server" in r else r for c, r in zip(commands, results)]


def compile_one(command):
    try:
        done = subprocess.run([SINTER, *command], capture_output=True, text=True, timeout=LIMIT, errors="replace")
    except subprocess.TimeoutExpired:
        return f"compile: ran past {LIMIT} s"
    return f"compile: exit code {done.returncode}: {brief(done.stderr)}" if done.returncode else None


def run_case(case, program, outputs):
    """Runs every data set of a case; returns what is wrong, or None."""
    rtol, atol = cases.tolerance(case.folder)
    for data in sorted(case.folder.glob("test_data_set_*")):
        count = len(list(data.glob("input_*.pb")))
        kept = [k for k in range(count) if k not in case.frozen]
        out = program.parent / "out"
        shutil.rmtree(out, ignore_errors=True)
        arguments = [f"@{position}={data / f'input_{k}.pb'}" for position, k in enumerate(kept)]
        try:
            done = subprocess.run([program, *arguments, "-o", out, "-q", "--threads=2"], capture_output=True, text=True,
                                  timeout=LIMIT, errors="replace")
        except subprocess.TimeoutExpired:
            return f"run: ran past {LIMIT} s"
        if done.returncode:
            return f"run: exit code {done.returncode}: {brief(done.stderr)}"
        for k, name in enumerate(outputs):
            file = out / f"{file_name(name)}.npy"
            if not file.exists():
                return f"run: wrote no {file.name}"
            why = differs(file, read_tensor(data / f"output_{k}.pb"), rtol, atol)
            if why:
                return f"{data.name}, output {name}: {why}"
    return None


def run_shard(shard):
    """Prepares, compiles and runs one shard; returns ([(name, status, text)], Counter of freezing reasons)."""
    root, names, mode, level, batch, ones = shard
    results, reasons, ready = [], collections.Counter(), []
    with tempfile.TemporaryDirectory(dir=OUT) as name:
        folder = Path(name)
        for kind, case_name in names:
            case, rule, frozen = cases.prepare(root, kind, case_name, folder / case_name, mode == "symbols", ones)
            if rule:
                results.append((case_name, "skipped", rule))
            else:
                ready.append(case)
                reasons.update(set(frozen.values()))
        commands = [[str(c.model), "-o", str(c.model.with_name("model")), level, "-q", "--jobs", "1"] for c in ready]
        errors = compile_shard(commands, [c.model.with_name("model.log") for c in ready], folder, batch)
        for case, error in zip(ready, errors):
            outputs = cases.output_names(case.model)
            error = error or run_case(case, case.model.with_name("model"), outputs)
            if mode == "symbols" and error and BROADCASTS.search(error):
                results.append((case.name, "skipped", "a size that must be 1 to broadcast, as a formula of symbols"))
                continue
            results.append((case.name, "failed" if error else "passed", error or ""))
    return results, reasons


# What an executable says when sizes that compile as equal, because symbols do not broadcast, are 1 and another number.
BROADCASTS = re.compile(r"^run: exit code 2: node .* == .*, got (\d+ and 1|1 and \d+)$")


def shards(root, chosen, args):
    batch = batches()
    for mode in args.modes or ["static", "symbols"]:
        for level in args.levels or ["0", "1"]:
            for k in range(0, len(chosen), SHARD):
                yield root, tuple(chosen[k : k + SHARD]), mode, f"-O{level}", batch, args.ones


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--match", default="", help="only cases whose name matches this expression")
    parser.add_argument("--jobs", type=int, default=jobs_default(), help="worker processes (default: one per CPU)")
    parser.add_argument("-O", dest="levels", action="append", choices=["0", "1"], help="only this level")
    parser.add_argument("--mode", dest="modes", action="append", choices=["static", "symbols"], help="only this mode")
    parser.add_argument("--ones", action="store_true", help="give dims of size 1 a symbol too")
    parser.add_argument("--list-failed", action="store_true", help="print what failed in the last run, and stop")
    return parser.parse_args()


def main():
    args = parse()
    table = OUT / "results.tsv"
    if args.list_failed:
        print("\n".join(line for line in table.read_text().splitlines() if "\tfailed\t" in line))
        return 0
    require(SINTER, "sinter")
    OUT.mkdir(parents=True, exist_ok=True)
    counts, frozen = Counts(), collections.Counter()
    kinds = cases.KINDS if os.environ.get("SINTER_CHECK_LEVEL") == "all" else cases.KINDS[:-1]
    root, chosen = cases.select(args.match, kinds, counts)
    rows, per_mode = [], collections.Counter()
    for shard, result in run_parallel(run_shard, list(shards(root, chosen, args)), args.jobs):
        mode = f"{shard[2]} {shard[3]}"
        if isinstance(result, BaseException):
            counts.fail(f"{mode} {shard[1][0][1]} ...", f"{type(result).__name__}: {result}")
            continue
        for name, status, text in result[0]:
            rows.append((name, shard[2], shard[3], status, text))
            per_mode[mode, status] += 1
            if status == "skipped":
                counts.skip(text)
            else:
                counts.check(f"{name} {mode}", text)
        frozen.update(result[1])
    table.write_text("".join("\t".join(row).replace("\n", " ") + "\n" for row in sorted(rows)))
    for mode in sorted({mode for mode, _ in per_mode}):
        print(f"{mode}: {per_mode[mode, 'passed']} passed, {per_mode[mode, 'failed']} failed")
    for reason, number in frozen.most_common():
        print(f"inputs made constant in {number} cases: {reason}")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

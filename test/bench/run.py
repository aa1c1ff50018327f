"""sinter beside ONNX Runtime, OpenVINO and the machine's bound, in turns: python run.py [MODEL ...] [--threads 1,2] [--json FILE].

Each model of models.py is compiled once; for each case and number of threads all peers are loaded, and then measured one after the
other, round after round, so that a busy neighbour disturbs all of them. sinter's part of a round is `./model --bench` on the same
inputs; the others are workers (peers.py; limits.c as the bound: the same multiply-adds in registers, and one read of the weights).
The table has medians over rounds of each round's median, and ratios of those; --json keeps every round. Outputs are compared
with ONNX Runtime's first. Peers that are not installed are left out, and named.
"""
import argparse
import importlib.util
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import onnx

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tools"))  # last: it has a models.py too
from models import MODELS
from peers import PEERS
from suite import ROOT, SINTER, brief, require

os.environ.pop("MALLOC_PERTURB_", None)  # set by suite.py for tests; it costs the peers time
LEAST = 3  # runs of a peer in a round, however long they take


class Worker:
    """A process that speaks the protocol of peers.py. It is stopped when it is not its turn: OpenVINO's threads go on spinning
    after a run, and on a machine of two CPUs that cost the others up to half of their speed."""

    def __init__(self, command):
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = self.answer("ready").get("version", "")
        self.stop()

    def answer(self, key):
        for line in self.process.stdout:
            if line.startswith("{") and key in (found := json.loads(line)):
                return found
        raise RuntimeError(f"{self.process.args[0]} ended with code {self.process.wait()}")

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def round(self, seconds):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"run {seconds} {LEAST}\n")
        self.process.stdin.flush()
        times = self.answer("times")["times"]
        self.stop()
        return {"median": median(times), "min": min(times), "runs": len(times)}

    def close(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait()


class Sinter:
    """The executable: one process for each round."""

    def __init__(self, program, inputs, threads, kept=0):
        self.command = [str(program), "--inputs", str(inputs), f"--threads={threads}"]
        self.past = [f"--past={kept}"] * bool(kept)
        self.version = subprocess.run([SINTER, "--version"], capture_output=True, text=True).stdout.split()[1]

    def outputs(self, file):
        subprocess.run([*self.command, "-o", str(file), "-q"], check=True, capture_output=True, text=True)
        return file

    def round(self, seconds):
        done = subprocess.run([*self.command, *self.past, "--bench", "--json", "--seconds", str(seconds)], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        return {"median": found["median_ms"] / 1000, "min": found["min_ms"] / 1000, "runs": found["runs"]}

    def close(self):
        pass


def worst(got, want):
    """The largest difference of any output as a share of that output's largest value."""
    with np.load(got) as g, np.load(want) as w:
        return max(float(np.abs(g[k].astype(np.float64) - w[k]).max() / (np.abs(w[k]).max() + 1e-30)) for k in w.files)


def start(names, case, paths, folder, threads):
    """Loads every peer; returns ({name: peer}, worst difference between sinter's outputs and ONNX Runtime's, or None)."""
    inputs, live = folder / "inputs.npz", {}
    np.savez(inputs, **case.inputs)
    for name in names:
        if name == "sinter" and case.kept:
            own = folder / "own-inputs.npz"
            np.savez(own, **{k: v for k, v in case.inputs.items() if not k.startswith("past")})
            live[name] = Sinter(paths["stateful"], own, threads, case.kept)
        elif name == "sinter":
            live[name] = Sinter(paths["program"], inputs, threads)
        elif name == "bound":
            config = {"threads": threads, "flops": case.flops, "weight_bytes": case.weight_bytes, "kv_bytes": case.kv_bytes}
            live[name] = Worker([paths["limits"], json.dumps(config)])
        else:
            config = {"peer": name, "model": str(paths["model"]), "inputs": str(inputs), "threads": threads, "outputs": str(folder / f"{name}.npz")}
            live[name] = Worker([sys.executable, HERE / "peers.py", json.dumps(config)])
    if case.kept or not {"sinter", "onnxruntime"} <= set(names):  # states are seeded: other values than the peers'
        return live, None
    return live, worst(live["sinter"].outputs(folder / "sinter.npz"), folder / "onnxruntime.npz")


def measure(title, case, names, paths, folder, args, threads):
    """A row: for each peer its rounds."""
    live, error = start(names, case, paths, folder, threads)
    row = {"model": title[0], "case": title[1], "threads": threads, "flops": case.flops, "weight_bytes": case.weight_bytes,
           "error": error, "load": [], "versions": {name: peer.version for name, peer in live.items()}, "rounds": {name: [] for name in live}}
    for _ in range(args.rounds):
        row["load"].append(os.getloadavg()[0])
        for name, peer in live.items():
            row["rounds"][name].append(peer.round(args.seconds))
    for peer in live.values():
        peer.close()
    return row


def middle(row, name):
    return median(r["median"] for r in row["rounds"][name])


def line(row, names):
    """A line of the Markdown table: times in ms, sinter against the best peer and the bound."""
    times = {name: middle(row, name) for name in names}
    peers = [times[name] for name in names if name in PEERS]
    best = f"{times['sinter'] / min(peers):.2f}" if peers and "sinter" in times else ""
    bound = f"{times['bound'] / times['sinter']:.0%}" if {"bound", "sinter"} <= set(times) else ""
    error = "" if row["error"] is None else f"{row['error']:.1e}"
    cells = [row["model"], row["case"], row["threads"], *(f"{times[name] * 1e3:.3f}" for name in names), best, bound, error,
             f"{min(row['load']):.1f} to {max(row['load']):.1f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


def heading(names):
    columns = ["model", "case", "threads", *(f"{name}, ms" for name in names), "sinter / best peer", "share of the bound", "error", "load"]
    return "| " + " | ".join(columns) + " |\n|" + "---|" * len(columns)


def machine():
    cpu = next(text.split(":", 1)[1].strip() for text in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in text)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {"cpu": cpu, "cpus": len(os.sched_getaffinity(0)), "kernel": platform.release().split("-")[0], "commit": commit,
            "time": time.strftime("%Y-%m-%d %H:%M", time.gmtime())}


def build_limits(folder):
    """The bound, with registers as wide as what --target=native uses."""
    wide = ["-DFMA_512"] if "avx512f" in Path("/proc/cpuinfo").read_text() else []
    subprocess.run(["clang-22", "-O3", "-march=native", *wide, HERE / "limits.c", "-o", folder / "limits", "-lpthread"], check=True)
    return folder / "limits"


def rows(name, names, args, limits, folder):
    """Compiles a model and yields a row per case and number of threads; what fails is printed."""
    model, cases = MODELS[name]()
    paths = {"model": folder / f"{name}.onnx", "program": folder / name, "stateful": folder / f"{name}-stateful", "limits": limits}
    onnx.save(model, paths["model"])
    begin = time.monotonic()
    try:
        subprocess.run([SINTER, paths["model"], "-o", paths["program"], "-q"], check=True, capture_output=True, text=True)
        if any(case.kept for case in cases.values()):
            subprocess.run([SINTER, paths["model"], "--stateful", "-o", paths["stateful"], "-q"], check=True, capture_output=True, text=True)
        print(f"{name}: compiled in {time.monotonic() - begin:.1f} s", file=sys.stderr, flush=True)
        for title, case in cases.items():
            for threads in args.threads:
                yield measure((name, title), case, names, paths, folder, args, threads)
    except subprocess.CalledProcessError as error:
        print(f"\nFAIL {name}: {Path(error.cmd[0]).name}: exit code {error.returncode}: {brief(error.stderr or '')}\n", flush=True)
    finally:
        for path in (paths["model"], paths["program"], paths["stateful"]):
            path.unlink(missing_ok=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", help="of " + ", ".join(MODELS))
    parser.add_argument("--threads", type=lambda text: [int(t) for t in text.split(",")], default=[1, 2])
    parser.add_argument("--peers", type=lambda text: text.split(","), default=["sinter", *PEERS, "bound"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each peer in each round (default 1)")
    parser.add_argument("--json", type=Path, help="write every round to this file")
    args = parser.parse_args()
    unknown = set(args.models) - set(MODELS)
    if unknown:
        parser.error(f"expected models of {', '.join(MODELS)}, got {', '.join(sorted(unknown))}")
    return args


def main():
    args = parse()
    require(SINTER, "sinter")
    missing = [name for name in args.peers if name in PEERS and not importlib.util.find_spec(name)]
    names, found = [name for name in args.peers if name not in missing], machine()
    print(f"{found['cpu']}, {found['cpus']} CPUs, Linux {found['kernel']}; commit {found['commit']}; {found['time']} UTC; {args.rounds} rounds"
          f" of {args.seconds} s" + (f"; not installed: {', '.join(missing)}" if missing else "") + f"\n\n{heading(names)}", flush=True)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        limits = build_limits(Path(folder))
        for name in args.models or MODELS:
            for row in rows(name, names, args, limits, Path(folder)):
                results.append(row)
                print(line(row, names), flush=True)
                if args.json:
                    args.json.write_text(json.dumps({"machine": found, "rows": results}, indent=1))
    if results:
        print("\n" + ", ".join(f"{name} {version}" for name, version in results[-1]["versions"].items() if version))
    return 0


if __name__ == "__main__":
    sys.exit(main())

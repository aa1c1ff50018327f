"""Prints the table of docs/Bench.md: what compiling and starting a program cost, measured now on this machine.

usage: table.py [--runs N]     median and best of N runs (default 9); needs numpy, and build/bin/sinter. A median far from the
best says that the machine did something else too.

Start is the wall time from fork to exit of `digits image=ONE.npy -q`, less the median of one steady run by --bench.
Memory is the largest sum of anonymous pages (RssAnon in /proc) over the compiler and its workers, polled every 2 ms.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from suite import ROOT, SINTER, require

MODEL = ROOT / "examples/digits/digits-vit.onnx"
IMAGES = ROOT / "examples/digits/test_images.npy"


def seconds(command):
    start = time.perf_counter()
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def rss_anon(pid):
    """Bytes of anonymous memory of a process and its children; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon")), 0)
    return own + sum(rss_anon(child) for child in children)


def peak_anonymous(command):
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, rss_anon(process.pid))
        time.sleep(0.002)
    return peak


def bench(program, *arguments):
    command = [program, "--bench", "--json", "--seconds", "1", *arguments]
    return json.loads(subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout)


def spread(values, unit, digits):
    """Median and best of some times."""
    return f"{median(values):.{digits}f} {unit} (best {min(values):.{digits}f})"


def batch(program, *arguments):
    """Time and images per second of the 360 test images as one batch."""
    times = bench(program, "--shape", "image=360x1x8x8", *arguments)
    return (f"{times['median_ms']:.2f} ms (best {times['min_ms']:.2f}), "
            f"{360e3 / times['median_ms']:,.0f} images/s (best {360e3 / times['min_ms']:,.0f}), {times['workers']} workers seen")


def rows(runs, folder):
    program = folder / "digits"
    compile_digits = [SINTER, MODEL, "-q", "-o", program]
    yield "digits: compile, -O0", spread([seconds([*compile_digits, "-O0"]) for _ in range(runs)], "s", 2)
    yield "digits: compile", spread([seconds(compile_digits) for _ in range(runs)], "s", 2)
    yield "compiler and workers: peak anonymous memory", f"{peak_anonymous(compile_digits) / 2**20:.0f} MiB"
    weights = json.loads(subprocess.run([program, "--info", "--json"], capture_output=True, text=True).stdout)["weight_bytes"]
    yield "digits: executable less weights", f"{program.stat().st_size - weights:,} bytes (weights: {weights:,})"
    np.save(folder / "one.npy", np.load(IMAGES)[:1])
    steady = bench(program, "--shape", "image=1x1x8x8")
    starts = [seconds([program, f"image={folder / 'one.npy'}", "-q"]) * 1000 - steady["median_ms"] for _ in range(runs * 5)]
    yield "digits: process start to exit, less one steady run", spread(starts, "ms", 2)
    yield "digits: one image, steady", f"{steady['median_ms']:.4f} ms (best {steady['min_ms']:.4f})"
    yield "digits: batch of 360, one thread", batch(program, "--threads=1")
    yield f"digits: batch of 360, {len(os.sched_getaffinity(0))} threads", batch(program)


def machine():
    cpu = next(line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return (f"{cpu}, {len(os.sched_getaffinity(0))} CPUs, {platform.system()} {platform.release().split('-')[0]}; "
            f"load average {os.getloadavg()[0]:.1f}; commit {commit}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    require(SINTER, "sinter")
    print(machine() + "\n\n| what | measured |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for what, value in rows(args.runs, Path(folder)):
            print(f"| {what} | {value} |", flush=True)


if __name__ == "__main__":
    main()

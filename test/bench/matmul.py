"""A MatMul from an ONNX file, one thread, against what this CPU's multiply-add units do in the same minute.

limits.c keeps twelve vector registers busy with fused multiply-adds, and nothing else: its time for the same number of
operations is the bound, with registers as wide as the compiled code's: 256 bits for x86-64-v3, 512 for x86-64-v4 where the CPU
has it. Product and bound run in turns; the best times of each are compared. A share past 105 % means a wrong bound and fails.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
from suite import SINTER, Counts, brief, require

SHAPES = [(512, 512, 512), (500, 520, 530)]
LEAST, MOST = 0.8, 1.05
TARGETS = {"x86-64-v3": [], "x86-64-v4": ["-DFMA_512"]}
ROUNDS = 5


def model(m, k, n):
    """y[m, n] = x[m, k] W[k, n] with a constant W."""
    weight = np.random.default_rng(0).standard_normal((k, n)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])], "matmul",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [m, k])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [m, n])], [numpy_helper.from_array(weight, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def bound_seconds(limits, flops, seconds):
    """The best time of limits.c for this many operations on one thread."""
    config = json.dumps({"threads": 1, "flops": flops})
    done = subprocess.run([limits, config], input=f"run {seconds} 3\n", capture_output=True, text=True, check=True)
    return min(json.loads(done.stdout.splitlines()[1])["times"])


def product_seconds(program, seconds):
    done = subprocess.run([program, "--bench", "--threads=1", "--seconds", str(seconds), "--json"], capture_output=True,
                          text=True, check=True)
    return json.loads(done.stdout)["min_ms"] / 1000


def measure(shape, target, folder, limits, seconds):
    m, k, n = shape
    file, program = folder / "matmul.onnx", folder / "matmul"
    onnx.save(model(m, k, n), file)
    subprocess.run([SINTER, file, "-o", program, "-q", "--target=" + target], check=True, capture_output=True, text=True)
    flops, product, bound = 2.0 * m * k * n, [], []
    for _ in range(ROUNDS):
        product.append(product_seconds(program, seconds))
        bound.append(bound_seconds(limits, flops, seconds))
    share = min(bound) / min(product)
    print(f"{m}x{k}x{n} {target}: {flops / min(product) * 1e-9:.1f} GFLOP/s, {100 * share:.0f} % of {flops / min(bound) * 1e-9:.1f}")
    return share


def check(shape, target, folder, limits, seconds, counts):
    title = "x".join(map(str, shape)) + " " + target
    try:
        share = measure(shape, target, folder, limits, seconds)
        fits = LEAST <= share <= MOST
        counts.check(title, None if fits else f"expected {100 * LEAST:.0f} to {100 * MOST:.0f} % of the bound, got {100 * share:.0f} %")
    except subprocess.CalledProcessError as error:
        counts.fail(title, f"{Path(error.cmd[0]).name}: exit code {error.returncode}: {brief(error.stderr or '')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.3, help="for each of the rounds (default 0.3)")
    args = parser.parse_args()
    require(SINTER, "sinter")
    counts = Counts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wide = "avx512f" in Path("/proc/cpuinfo").read_text()
        for target, flags in TARGETS.items():
            if flags and not wide:
                counts.skip("AVX-512, which this CPU lacks")
                continue
            limits = folder / f"limits-{target}"
            subprocess.run(["clang-22", "-O3", "-march=native", *flags, HERE / "limits.c", "-o", limits, "-lpthread"], check=True)
            for shape in SHAPES:
                check(shape, target, folder, limits, args.seconds, counts)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

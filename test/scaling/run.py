"""How the compiler grows with the model: 1 to 100 equal transformer-like layers with weights of their own.

Equal kernels are compiled once. Twelve equal layers have the kernels of one if they end with their normalization (as BERT's);
of two if they begin with it (as Llama's), because a layer's last projection takes in the next one's. And the time of a layer
must not grow with the number of layers: a quadratic pass shows here before a user meets it. Neither may the formulas of a
Reshape to sizes that only the run knows double with each size.
"""
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from suite import SINTER, Counts, brief, require

WIDTH = 32
# Seconds per layer from 10 to 100 layers, over those from 1 to 10; noise and fixed costs leave it near 1.
GROWTH = 3.0
# Seconds of a Reshape to 8 run-time sizes over those to 4: polynomial work stays below, doubling gives 16 and more.
RESHAPE_GROWTH = 12.0
LEAST_SECONDS = 0.01  # a layer never counts as cheaper than this: below it, noise decides


def layer(k, value, rng, nodes, weights, post_norm):
    """Appends layer k and returns the name of its result: value + Gelu(N(value) W1 + b) W2, N a LayerNormalization; or with
    `post_norm`, N(value + Gelu(value W1 + b) W2)."""
    def weight(name, *shape):
        array = (rng.standard_normal(shape) / 8).astype(np.float32)
        weights.append(numpy_helper.from_array(array, f"{name}{k}"))
        return f"{name}{k}"

    def normalization(source, result):
        return ("LayerNormalization", [source, weight("scale", WIDTH), weight("shift", WIDTH)], result)

    first, last = (value, f"s{k}") if post_norm else (f"n{k}", f"x{k + 1}")
    steps = [
        ("MatMul", [first, weight("up", WIDTH, 4 * WIDTH)], f"u{k}"),
        ("Add", [f"u{k}", weight("bias", 4 * WIDTH)], f"a{k}"),
        ("Gelu", [f"a{k}"], f"g{k}"),
        ("MatMul", [f"g{k}", weight("down", 4 * WIDTH, WIDTH)], f"d{k}"),
        ("Add", [f"d{k}", value], last),
    ]
    steps = [*steps, normalization(last, f"x{k + 1}")] if post_norm else [normalization(value, first), *steps]
    nodes.extend(helper.make_node(op, ins, [out], f"layer{k}/{out}") for op, ins, out in steps)
    return f"x{k + 1}"


def model(layers, post_norm):
    rng, nodes, weights, value = np.random.default_rng(0), [], [], "x0"
    for k in range(layers):
        value = layer(k, value, rng, nodes, weights, post_norm)
    infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["B", WIDTH]) for n in ("x0", value)]
    graph = helper.make_graph(nodes, "layers", infos[:1], infos[1:], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def seconds_to_compile(file, program):
    start = time.monotonic()
    subprocess.run([SINTER, file, "-o", program, "-q"], check=True, capture_output=True, text=True)
    return time.monotonic() - start


def reshape_seconds(rank, folder):
    file = folder / f"reshape{rank}.onnxtxt"
    file.write_text(f'<ir_version: 10, opset_import: ["" : 20]>\ng (float["A","B"] x, int64[{rank}] s) => (float[] y) '
                    "{ y = Reshape(x, s) }\n")
    return seconds_to_compile(file, folder / f"reshape{rank}")


def measure(layers, folder, post_norm=False):
    """(seconds to compile, number of kernels, number of launches)"""
    file, program = folder / f"{layers}.onnx", folder / f"{layers}"
    onnx.save(model(layers, post_norm), file)
    seconds = seconds_to_compile(file, program)
    info = json.loads(subprocess.run([program, "--info", "--json"], check=True, capture_output=True, text=True).stdout)
    return seconds, info["kernels"], len(info["launches"])


def main():
    require(SINTER, "sinter")
    counts = Counts()
    with tempfile.TemporaryDirectory() as name:
        try:
            results = {n: measure(n, Path(name)) for n in (1, 2, 10, 12, 100)}
            post = {n: measure(n, Path(name), post_norm=True) for n in (1, 12)}
            reshapes = {rank: reshape_seconds(rank, Path(name)) for rank in (4, 8)}
        except subprocess.CalledProcessError as error:
            counts.fail(str(error.cmd[0]), f"exit code {error.returncode}: {brief(error.stderr)}")
            return counts.finish()
    for layers, (seconds, kernels, launches) in results.items():
        print(f"{layers:4} layers: {seconds:6.2f} s, {kernels} kernels, {launches} launches")
    kernels = {n: r[1] for n, r in results.items()}
    print(f"{post[12][1]} kernels of 12 layers that end with their normalization, {post[1][1]} of one")
    counts.check("12 layers, normalized last", None if post[12][1] == post[1][1] else
                 f"expected the {post[1][1]} kernels of one layer, got {post[12][1]}")
    counts.check("12 layers, normalized first", None if kernels[12] == kernels[2] else
                 f"expected the {kernels[2]} kernels of two layers, got {kernels[12]}")
    counts.check("100 layers", None if kernels[100] == kernels[12] else
                 f"expected the {kernels[12]} kernels of 12 layers, got {kernels[100]}")
    seconds = {n: r[0] for n, r in results.items()}
    first, then = (seconds[10] - seconds[1]) / 9, (seconds[100] - seconds[10]) / 90
    limit = GROWTH * max(first, LEAST_SECONDS)
    counts.check("compile time", None if then <= limit else
                 f"expected at most {limit * 1000:.0f} ms for each layer past 10, got {then * 1000:.0f}")
    print(f"Reshape to 4 and 8 run-time sizes: {reshapes[4]:.2f} and {reshapes[8]:.2f} s")
    counts.check("run-time Reshape", None if reshapes[8] <= RESHAPE_GROWTH * reshapes[4] else
                 f"expected at most {RESHAPE_GROWTH:.0f} times the time of 4 sizes for 8, got {reshapes[8] / reshapes[4]:.1f}")
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

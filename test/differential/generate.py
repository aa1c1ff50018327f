"""Makes a random valid ONNX graph from a seed: python generate.py SEED [--focus REGEX] [-o FILE.onnx]; without -o its text is printed."""
import argparse
import random
import re
import sys
from pathlib import Path

import onnx

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "tools")]
import operators.attention, operators.contractions, operators.control, operators.fourier, operators.images  # noqa: E401,F401
import operators.microsoft, operators.movement, operators.quantized, operators.recurrent, operators.reductions  # noqa: E401,F401
import operators.scalars, operators.selections, operators.sequences, operators.transformers  # noqa: E401,F401: they register
from graph import Graph, Unfit
from models import supported_operators
from operators import REGISTRY

OPSETS = [13, 15, 17, 18, 20, 21, 22, 23, 24, 24, 27, 27]
FLOATS = [["f32"]] * 4 + [["f32", "f16"], ["f32", "f64"]]
PATTERNS = 0.15  # the share of draws that are patterns of several operators
SIZES = [20, 24, 28, 32, 36, 40, 50, 60, 80, 120, 200]  # nodes at least; small graphs are drawn more often


def bindings(rng):
    """Two sets of sizes for the symbols: different ones, and 1 now and then."""
    sizes = {"B": [1, 2, 3, 4, 5], "S": [1, 2, 3, 4, 5, 6, 7, 8, 19], "T": [1, 2, 3, 5, 8, 16, 17, 33, 40]}
    first, second = ({s: rng.choice(choices) for s, choices in sizes.items()} for _ in range(2))
    return [first, second]


def choosable():
    """The patterns, and the operators that test/e2e/operators.txt has."""
    supported = supported_operators()
    return sorted(name for name in REGISTRY if name in supported or name[0].islower() and "::" not in name)


def add_inputs(g):
    """Values of the ranks and types that operators ask for; a few of them, so that not each graph can have all operators."""
    c = g.rng.choice([3, 4, 8])
    shapes = [["B", "S", 8], ["B", "S", g.rng.choice([4, 12, 16])], ["B", c, "S", "T"], [2, c, 5, 6], ["S", 6], [c], ["B", c, "T"], ["S", "T"], [5, 33], ["B", 2, 40],
              [3, 4], ["B", 1, "S"], []]
    for shape in g.rng.sample(shapes, g.rng.randint(2, 5)) or shapes[:1]:
        g.add_input(g.rng.choice(g.floats * 4 + ["i64", "i32", "bool", "u8", "i8", "u32"]), shape)
    g.add_input("f32", g.rng.choice(shapes[:5]))
    if g.rng.random() < 0.5:
        g.add_input(g.rng.choice(["i64", "i32"]), g.rng.choice([["B", "S"], ["B"], ["S", 6]]))


def generate(seed, focus=""):
    """The Graph of a seed; half of its operators match the expression `focus`, if given."""
    rng = random.Random(seed)
    g = Graph(seed, rng.choice(OPSETS), rng.choice(FLOATS), bindings(rng))
    add_inputs(g)
    target = SIZES[min(int(rng.expovariate(0.35)), len(SIZES) - 1)]
    names = choosable()
    g.allowed = set(names)
    favoured, share = [name for name in names if name[0].islower() and "::" not in name], PATTERNS
    if focus:
        favoured, share = [name for name in names if re.search(focus, name)] or favoured, 0.5
    tries = 0
    while len(g.nodes) < target and tries < 40 * target:
        tries += 1
        op, before = rng.choice(favoured if rng.random() < share else names), g.mark()
        try:
            rng.choice(REGISTRY[op])(g, op)
        except Unfit:
            g.reset(before)
    return g


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--focus", default="", help="half of the operators match this expression")
    parser.add_argument("-o", dest="out", type=Path)
    args = parser.parse_args()
    g = generate(args.seed, args.focus)
    model = g.model()
    g.check(model)
    if args.out:
        onnx.save(model, args.out)
    else:
        print(f"// sizes {g.bindings}")
        print(onnx.printer.to_text(model))


if __name__ == "__main__":
    main()

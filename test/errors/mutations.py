"""Mutated models, each named by what makes it again: KIND-SEED of the digits model, or of random bytes."""
import random
import sys
from pathlib import Path

SEED_MODEL = Path(__file__).resolve().parents[2] / "examples/digits/digits-vit.onnx"
KINDS = ("cut", "flip", "burst", "delete", "repeat", "random")


def names(count):
    return [f"{KINDS[k % len(KINDS)]}-{k}" for k in range(count)]


def graph_part(data, rng):
    """A position that is not in the middle of the weights, four times out of five: structure is what breaks parsers."""
    return rng.randrange(len(data)) if rng.random() < 0.2 else min(len(data) - 1, int(rng.expovariate(1 / 8000)))


def make(name):
    """The bytes of a mutation."""
    kind, seed = name.split("-")
    rng, data = random.Random(int(seed)), bytearray(SEED_MODEL.read_bytes())
    at = graph_part(data, rng)
    if kind == "cut":
        return bytes(data[:at])
    if kind == "random":
        return rng.randbytes(rng.randrange(1, 4096))
    if kind == "flip":
        for _ in range(rng.randrange(1, 4)):
            data[graph_part(data, rng)] ^= 1 << rng.randrange(8)
    elif kind == "burst":
        data[at : at + 16] = rng.randbytes(16)
    elif kind == "delete":
        del data[at : at + rng.randrange(1, 64)]
    elif kind == "repeat":
        data[at:at] = data[at : at + rng.randrange(1, 2048)]
    return bytes(data)


if __name__ == "__main__":
    sys.stdout.buffer.write(make(sys.argv[1]))

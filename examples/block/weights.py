"""Writes block.bin, the weights of block.onnxtxt: w f32[64, 64], then b f32[64], uniform in [-0.2, 0.2), seed 0."""
import random
import struct
from pathlib import Path

random.seed(0)
values = [random.uniform(-0.2, 0.2) for _ in range(64 * 64 + 64)]
Path(__file__).with_name("block.bin").write_bytes(struct.pack(f"<{len(values)}f", *values))

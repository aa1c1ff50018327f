"""Writes a decoder of one small layer, as Hugging Face's exporter writes it: heads shared by Expand, rotary positions, a
mask: python smollm2.py FILE."""
import sys
from pathlib import Path

import onnx

TEST = Path(__file__).resolve().parents[3]
sys.path += [str(TEST / "bench"), str(TEST / "tools")]
from models import smollm2

onnx.save(smollm2(layers=1, d=64, heads=4, kv=2, size=16, f=48, vocab=96)[0], sys.argv[1])

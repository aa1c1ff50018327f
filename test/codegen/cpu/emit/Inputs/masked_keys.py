"""Models and inputs of masked-keys.test, 70 queries and keys, in the folder at hand."""
from pathlib import Path

import numpy as np

TYPES = 'float["B",2,"S",16] q, float["B",2,"S",16] k, float["B",2,"S",16] v'
HEAD = '<ir_version: 10, opset_import: ["" : 23]>\ng (%s) => (float["B",2,"S",16] y) '
WINDOW = """<float low = {-3.4e38}, float c = {0.25}, int64 zero = {0}, int64 one = {1}, int64 width = {9}, int64[1] first = {0}, int64[1] second = {1}>
{
  kt = Transpose <perm = [0, 1, 3, 2]> (k)
  s = MatMul (q, kt)
  t = Mul (s, c)
  sizes = Shape <start = 2, end = 3> (q)
  n = Squeeze (sizes)
  at = Range (zero, n, one)
  row = Unsqueeze (at, second)
  column = Unsqueeze (at, first)
  distance = Sub (row, column)
  far = Abs (distance)
  near = Less (far, width)
  m = Where (near, t, low)
  p = Softmax <axis = -1> (m)
  y = MatMul (p, v)
}
"""
for name, text in {
        "causal": HEAD % TYPES + "{ y = Attention <is_causal = 1> (q, k, v) }\n",
        "window": HEAD % TYPES + WINDOW,
        "gated": HEAD % (TYPES + ', float["B",1,1,"S"] mask') + "{ g = Sigmoid (q)  y = Attention (g, k, v, mask) }\n",
        "added": HEAD % (TYPES + ', float["R","S"] mask') + "{ y = Attention (q, k, v, mask) }\n"}.items():
    Path(f"{name}.onnxtxt").write_text(text)

S, rng = 70, np.random.default_rng(0)
np.savez("qkv.npz", **{name: rng.standard_normal((2, 2, S, 16), dtype=np.float32) for name in "qkv"})
block = np.arange(S) // 24
mask = np.where(block[:, None] == block, np.float32(0), -np.float32(np.inf))
np.save("diagonal.npy", mask)
for name, low in (("inf", -np.inf), ("lowest", np.finfo(np.float32).min)):
    mask = np.zeros((S, S), np.float32)
    mask[:, :20] = mask[:, 50:] = low
    np.save(f"padded-{name}.npy", mask)
    np.save(f"shared-{name}.npy", np.stack([mask[:1], np.where(np.arange(S) < 30, mask[:1], np.float32(0))])[:, None])
mask = np.zeros((S, S), np.float32)
mask[:, 50:] = mask[7] = np.finfo(np.float32).min
np.save("no-key.npy", mask)
mask = np.zeros((S, S), np.float32)
mask[:, 50:] = -1
np.save("weak.npy", mask)

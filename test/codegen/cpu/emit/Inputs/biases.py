"""Models and inputs of biases.test in the folder at hand: a bias for each query and key, one for each head too, and none but channels first."""
from pathlib import Path

import numpy as np

TEXT = """<ir_version: 10, opset_import: ["" : 20]>
g (float["B",2,"S",16] q, float["B",2,"T",16] k, float["B",2,"T",20] v, float[%s] bias) => (float["B",2,"S",20] y)
<float c = {0.25}>
{
  kt = Transpose <perm = [0, 1, 3, 2]> (k)
  s = MatMul (q, kt)
  t = Mul (s, c)
  u = Add (t, %s)
  p = Softmax <axis = -1> (u)
  y = MatMul (p, v)
}
"""
Path("heads.onnxtxt").write_text(TEXT % ('1,2,"S","T"', "bias"))
Path("scaled.onnxtxt").write_text((TEXT % ('"S","T"', "twice")).replace("  u = Add", "  twice = Mul (bias, c)\n  u = Add"))
CHANNELS = """<ir_version: 10, opset_import: ["" : 20]>
g (float["B",2,16,"S"] q, float["B",2,16,"T"] k, float["B",2,20,"T"] v) => (float["B",2,20,"S"] y)
{
  qt = Transpose <perm = [0, 1, 3, 2]> (q)
  s = MatMul (qt, k)
  p = Softmax <axis = -1> (s)
  pt = Transpose <perm = [0, 1, 3, 2]> (p)
  y = MatMul (v, pt)
}
"""
Path("channels.onnxtxt").write_text(CHANNELS)

rng = np.random.default_rng(0)
array = lambda *shape: rng.standard_normal(shape, dtype=np.float32)
# Queries that fill a vector, and a block, the last of which overlaps the one before; keys fewer than a tile or a vector, as many, more.
for queries in (9, 20, 33, 70):
    for keys in (1, 7, 8, 12, 13, 15, 16, 17, 70):
        qkv = {"q": array(2, 2, queries, 16), "k": array(2, 2, keys, 16), "v": array(2, 2, keys, 20)}
        np.savez(f"heads-{queries}-{keys}.npz", **qkv, bias=array(1, 2, queries, keys))
        np.savez(f"scaled-{queries}-{keys}.npz", **qkv, bias=array(queries, keys))
        np.savez(f"channels-{queries}-{keys}.npz", **{name: value.swapaxes(2, 3).copy() for name, value in qkv.items()})
np.savez("channels-3-70.npz", q=array(2, 2, 16, 3), k=array(2, 2, 16, 70), v=array(2, 2, 20, 70))

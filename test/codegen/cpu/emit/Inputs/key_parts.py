"""Models and inputs of key-parts.test in the folder at hand: few queries with many keys."""
from pathlib import Path

import numpy as np

HEAD = '<ir_version: 10, opset_import: ["" : 23]>\ng (%s) => (float["B",%d,"S",20] y) '
TYPES = 'float["B",%d,"S",16] q, float["B",%d,"T",16] k, float["B",%d,"T",20] v'
SOFTMAX = """<float c = {0.25}>
{
  kt = Transpose <perm = [0, 1, 3, 2]> (k)
  s = MatMul (q, kt)
  t = Mul (s, c)
  p = Softmax <axis = -1> (t)
  y = MatMul (p, v)
}
"""
for name, text in {
        "plain": HEAD % (TYPES % (2, 2, 2), 2) + SOFTMAX,
        "grouped": HEAD % (TYPES % (6, 2, 2), 6) + "{ y = Attention (q, k, v) }\n",
        "masked": HEAD % (TYPES % (2, 2, 2) + ', float["B",1,"S","T"] mask', 2) + "{ y = Attention (q, k, v, mask) }\n"}.items():
    Path(f"{name}.onnxtxt").write_text(text)

rng = np.random.default_rng(0)


def save(name, heads, batch, queries, keys, **more):
    array = lambda *shape: rng.standard_normal(shape, dtype=np.float32)
    np.savez(name, q=2 * array(batch, heads, queries, 16), k=array(batch, 2, keys, 16), v=array(batch, 2, keys, 20), **more)


# One part; parts that are not equally long; more rows; rows that fill a block; none.
for sizes in ((1, 1, 1023), (1, 1, 1024), (2, 1, 5001), (1, 3, 2048), (1, 40, 1100), (1, 1, 7), (1, 1, 0), (0, 1, 3000)):
    name = "-".join(map(str, sizes))
    save(f"plain-{name}", 2, *sizes)
    save(f"grouped-{name}", 6, *sizes)

KEYS = 3000
for low in ("-inf", "-3.4e38"):
    for name, seen in {"last": slice(KEYS - 5, KEYS), "first": slice(0, 5), "middle": slice(1500, 1501),
                       "ends": [0, KEYS - 1], "third": slice(2 * KEYS // 3, KEYS), "none": slice(0, 0)}.items():
        mask = np.full((1, 1, 1, KEYS), low, np.float32)
        mask[..., seen] = 0
        save(f"masked-{name}{low}", 2, 1, 1, KEYS, mask=mask)
save("masked-short", 2, 1, 1, 9, mask=np.where(np.arange(9) < 4, np.float32(0), -np.float32(np.inf))[None, None, None])

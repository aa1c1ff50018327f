"""Writes attention of 4 heads of 64 over queries, keys and values that one product with a constant weight computes, row by
row of [batch * sequence, 3 * 256], to the file named by the argument."""
import sys

import numpy as np
import onnx
from onnx import numpy_helper, parser

model = parser.parse_model("""<ir_version: 10, opset_import: ["" : 20]>
g (float[B,S,64] x, float[B,1,1,S] mask) => (float[B,S,256] y)
<float scale = {0.125}, int64[3] parts = {256,256,256}, int64[4] heads = {0,0,4,64}, int64[3] rows = {0,0,256}> {
  qkv = MatMul(x, W)
  qs, ks, vs = Split<axis = 2>(qkv, parts)
  qh = Reshape(qs, heads)  kh = Reshape(ks, heads)  vh = Reshape(vs, heads)
  q = Transpose<perm = [0,2,1,3]>(qh)  k = Transpose<perm = [0,2,3,1]>(kh)  v = Transpose<perm = [0,2,1,3]>(vh)
  products = MatMul(q, k)  scaled = Mul(products, scale)  scores = Add(scaled, mask)
  weights = Softmax<axis = -1>(scores)
  sums = MatMul(weights, v)  back = Transpose<perm = [0,2,1,3]>(sums)  y = Reshape(back, rows)
}""")
weight = np.random.default_rng(0).standard_normal((64, 768)).astype(np.float32)
model.graph.initializer.append(numpy_helper.from_array(weight, "W"))
onnx.save(model, sys.argv[1])

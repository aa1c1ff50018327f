"""Models and inputs of scans.test in the folder at hand: recurrences whose channels do not see each other."""
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

F32 = onnx.TensorProto.FLOAT
value = lambda name, *shape: helper.make_tensor_value_info(name, F32, shape)


def save(name, nodes, states, inputs, rows, **attributes):
    """A Scan with `states` (name: shape; NAME_next is the next one), inputs of one step, and rows of its results."""
    body = helper.make_graph(nodes, "step", [value(k, *v) for k, v in {**states, **inputs}.items()],
                             [value(f"{k}_next", *v) for k, v in states.items()] + [value(k, *v) for k, v in rows.items()])
    node = helper.make_node("Scan", [f"{k}_0" for k in states] + [f"{k}s" for k in inputs],
                            [f"{k}_end" for k in states] + [f"{k}s" for k in rows], body=body, num_scan_inputs=len(inputs), **attributes)
    graph = helper.make_graph([node], name, [value(f"{k}_0", *v) for k, v in states.items()] + [value(f"{k}s", "T", *v) for k, v in inputs.items()],
                              [value(f"{k}_end", *v) for k, v in states.items()] + [value(f"{k}s", "T", *v) for k, v in rows.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), f"{name}.onnx")


op = helper.make_node
# h = exp(-a) h + b u, y = h c: a selective scan. Two directions.
save("selective", [op("Neg", ["a"], ["minus"]), op("Exp", ["minus"], ["decay"]), op("Unsqueeze", ["decay", "last"], ["wide"]),
                   op("Mul", ["wide", "h"], ["kept"]), op("Unsqueeze", ["u", "last"], ["column"]), op("Unsqueeze", ["b", "one"], ["row"]),
                   op("Mul", ["column", "row"], ["new"]), op("Add", ["kept", "new"], ["h_next"]), op("Unsqueeze", ["c", "last"], ["out"]),
                   op("MatMul", ["h_next", "out"], ["product"]), op("Squeeze", ["product", "last"], ["y"])],
     {"h": ("B", 24, 5)}, {"a": ("B", 24), "u": ("B", 24), "b": ("B", 5), "c": ("B", 5)}, {"y": ("B", 24)}, scan_input_directions=[0, 1, 1, 1])
# Two states that read each other, and rows of both: as they were and as they become.
save("pair", [op("Add", ["h", "x"], ["sum"]), op("Mul", ["sum", "g"], ["h_next"]), op("Tanh", ["h"], ["t"]), op("Sub", ["g", "t"], ["g_next"]),
              op("Identity", ["h"], ["before"]), op("Identity", ["g_next"], ["behind"])],
     {"h": ("B", 33), "g": ("B", 33)}, {"x": ("B", 33)}, {"before": ("B", 33), "behind": ("B", 33)})
model = onnx.load("selective.onnx")
model.graph.initializer.extend([helper.make_tensor("last", onnx.TensorProto.INT64, [1], [2]), helper.make_tensor("one", onnx.TensorProto.INT64, [1], [1])])
onnx.save(model, "selective.onnx")

rng = np.random.default_rng(0)
array = lambda *shape: rng.standard_normal(shape, dtype=np.float32) / 2
for batch, steps in ((1, 7), (3, 1), (2, 64), (2, 0), (0, 3)):
    np.savez(f"selective-{batch}-{steps}.npz", h_0=array(batch, 24, 5), bs=array(steps, batch, 5), cs=array(steps, batch, 5),
             us=array(steps, batch, 24), **{"as": np.abs(array(steps, batch, 24))})
    np.savez(f"pair-{batch}-{steps}.npz", h_0=array(batch, 33), g_0=array(batch, 33), xs=array(steps, batch, 33))

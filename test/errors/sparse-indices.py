"""A sparse initializer whose indices are not INT64."""
import numpy as np
import wire
from onnx import numpy_helper

model = wire.add_weight(wire.weight())
del model.graph.initializer[:]
sparse = model.graph.sparse_initializer.add()
sparse.values.CopyFrom(numpy_helper.from_array(np.ones(2, np.float32), "w"))
sparse.indices.CopyFrom(numpy_helper.from_array(np.array([0, 1], np.int32), "w_indices"))
sparse.dims.extend([2, 3])
wire.target().write_bytes(model.SerializeToString())

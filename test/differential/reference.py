"""What a model computes, by ONNX Runtime without its optimizations; nodes that it has no kernel for, by onnx.reference."""
import numpy as np
from onnx import helper, numpy_helper, reference

from graph import read_by


class NoReference(Exception):
    pass


def session(model):
    """An onnxruntime session, or None when it has no kernel for a node."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception:  # NOT_IMPLEMENTED and INVALID_GRAPH have no common base class
        return None


def by_onnxruntime(model, feeds):
    """A dict of outputs for each of `feeds`, or None."""
    runner = session(model)
    if runner is None:
        return None
    names = [output.name for output in model.graph.output]
    try:
        return [dict(zip(names, runner.run(None, feed))) for feed in feeds]
    except Exception as error:
        raise NoReference(f"ONNX Runtime failed: {str(error)[:120]}") from error


def by_onnxruntime_or_none(model, feeds):
    """None also for types that its Python interface lacks, and for functions that it cannot run: LinearAttention."""
    try:
        return by_onnxruntime(model, feeds)
    except NoReference:
        return None


def by_nodes(model, feeds):
    """A dict of outputs for each of `feeds`: node after node, each by ONNX Runtime where it can."""
    results = []
    for feed in feeds:
        values = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer} | feed
        for node in model.graph.node:
            read = {name: values[name] for name in dict.fromkeys(read_by(node))}
            values |= one_node(node, read, model.opset_import)
        results.append({output.name: values[output.name] for output in model.graph.output})
    return results


def described(name, value):
    """What a model says of an input: an array, or a sequence of them."""
    if isinstance(value, list):
        return helper.make_tensor_sequence_value_info(name, helper.np_dtype_to_tensor_dtype(value[0].dtype) if value else 1, None)
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)


def one_node(node, read, opsets):
    """The outputs of a node as a model of its own."""
    inputs = [described(name, value) for name, value in read.items()]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    model = helper.make_model(helper.make_graph([node], "node", inputs, outputs), opset_imports=opsets, ir_version=10)
    return (by_onnxruntime_or_none(model, [read]) or by_onnx(model, [read]))[0]


def by_onnx(model, feeds):
    """A dict of outputs for each of `feeds` by onnx.reference."""
    names = [output.name for output in model.graph.output]
    try:
        with np.errstate(all="ignore"):
            runner = reference.ReferenceEvaluator(model)
            return [dict(zip(names, (v if isinstance(v, list) else np.asarray(v) for v in runner.run(None, feed)))) for feed in feeds]
    except Exception as error:
        raise NoReference(f"onnx.reference failed: {type(error).__name__}") from error


def expected(model, feeds):
    """(name of the reference, a dict of outputs for each of `feeds`)."""
    outputs = by_onnxruntime_or_none(model, feeds)
    return ("onnxruntime", outputs) if outputs is not None else ("both, by nodes", by_nodes(model, feeds))


def differs(got, want, err):
    """None, or what differs, in words. Both sides may be `err` from the exact value; exact values must be equal."""
    if got is None:
        return "missing"
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"expected {want.dtype}{list(want.shape)}, got {got.dtype}{list(got.shape)}"
    if want.dtype.kind != "f":
        close = got == want
    else:
        with np.errstate(all="ignore"):
            g, w = got.astype(np.float64), want.astype(np.float64)
            close = (g == w) | (np.isnan(g) & np.isnan(w)) | (np.isfinite(w) & (abs(g - w) <= 2 * err))
    if np.all(close):
        return None
    k = np.unravel_index(np.argmin(close), want.shape)
    return (f"{int((~close).sum())} of {want.size} values differ, first at {list(map(int, k))}: expected {want[k]!r}, got {got[k]!r}"
            + (f", tolerance {2 * err:.3g}" if want.dtype.kind == "f" else ""))

"""Compares an output file of an executable with the suite's expected tensor, as onnx's own runner does."""
import ml_dtypes
import numpy as np
import onnx
from onnx import numpy_helper


def read_tensor(path):
    """The array of a TensorProto file."""
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def read_output(path, dtype):
    """The array of a .npy file; bfloat16 is stored as raw two-byte values ('<V2')."""
    array = np.load(path)
    return array.view(ml_dtypes.bfloat16) if dtype == ml_dtypes.bfloat16 and array.dtype == np.dtype("V2") else array


def differs(path, want, rtol, atol):
    """None, or what differs, in words. NaN equals NaN; integers and bools must be equal."""
    if want.dtype.name in ("int4", "uint4", "int2", "uint2"):  # held one per byte
        want = want.astype(np.uint8 if want.dtype.name.startswith("u") else np.int8)
    got = read_output(path, want.dtype)
    if got.shape != want.shape:
        return f"expected shape {list(want.shape)}, got {list(got.shape)}"
    if got.dtype != want.dtype:
        return f"expected dtype {want.dtype}, got {got.dtype}"
    if want.dtype == bool:
        wrong = int((got != want).sum())
        return f"{wrong} of {want.size} values differ" if wrong else None
    wide = np.float64 if want.dtype.kind in "fV" else object if want.dtype.itemsize == 8 else np.int64
    g, w = got.astype(wide), want.astype(wide)
    if wide is not np.float64:
        wrong = int((g != w).sum())
        return f"{wrong} of {want.size} values differ" if wrong else None
    close = np.isclose(g, w, rtol=rtol, atol=atol, equal_nan=True)
    if close.all():
        return None
    k = np.unravel_index(np.argmin(close), close.shape)
    return f"{int((~close).sum())} of {want.size} values differ, first at {list(map(int, k))}: expected {w[k]}, got {g[k]}"

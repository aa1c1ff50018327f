"""Resize, and blocks of an image that become channels. Sources of nearest elements are exact: scales are powers of two."""
import numpy as np

from graph import Unfit
from operators import makes


@makes("DepthToSpace")
def depth_to_space(g, op):
    v = g.pick(lambda v: v.rank == 4 and v.shape[1].constant is not None and v.shape[1].constant % 4 == 0, ["f32", "f32", "f64", "i64"])
    n, c, h, w = v.shape
    g.moved(op, v, [n, c.constant // 4, h * 2, w * 2], blocksize=2, mode=g.rng.choice(["DCR", "CRD"]))


@makes("SpaceToDepth")
def space_to_depth(g, op):
    """Of what a Tile made divisible."""
    v = g.pick(lambda v: v.rank == 4, ["f32", "f32", "f64", "i64"])
    block = g.rng.choice([1, 2, 3])
    n, c, h, w = v.shape
    tiled = g.moved("Tile", v, [n, c, h * block, w * block], g.ints([1, 1, block, block])) if block > 1 else v
    g.moved(op, tiled, [n, c * (block * block), h, w], blocksize=block)


RATIOS = {2.0: (2, 1), 0.5: (1, 2), 4.0: (4, 1), 1.5: (3, 2), 0.75: (3, 4)}
WEIGHTS = {"nearest": (1, 0), "linear": (1, 2), "cubic": (2.8, 32)}  # sums over an axis of |weight|, and of |its slope|, at most


@makes("Resize")
def resize(g, op):
    """Slopes of cubic: |w'| sums to 4.2, weights to 1.4; exclude_outside divides by a sum of 0.5 at least."""
    mode = g.rng.choice(["nearest", "linear", "cubic"])
    v = g.pick(lambda v: v.rank == 4 if mode == "cubic" else 2 <= v.rank <= 4, ["f32"])
    count = g.rng.choice([1, 2]) if v.rank != 3 else 1
    axes = range(v.rank - count, v.rank)
    scales = [g.rng.choice([2.0, 0.5, 4.0] if mode == "nearest" else list(RATIOS)) for _ in axes]
    shape = list(v.shape)
    for k, scale in zip(axes, scales):
        times, divisor = RATIOS[scale]
        shape[k] = v.shape[k] * times // divisor
    chosen, operands = transformation(g, mode, scales), [v, None]
    if g.opset >= 18 and mode == "linear" and max(scales) < 1 and g.rng.random() < 0.5:
        chosen["antialias"] = 1
    some = g.opset >= 18 and g.rng.random() < 0.3
    if some:
        chosen["axes"] = [k - v.rank * g.rng.randint(0, 1) for k in axes]
    else:
        scales = [1.0] * (v.rank - count) + scales
    if chosen["coordinate_transformation_mode"] == "tf_crop_and_resize":
        outer = 0 if some else v.rank - count
        low, high = ([end] * outer + g.numbers.uniform(*part, count).tolist() for end, part in ((0, (0.125, 0.375)), (1, (0.5, 0.875))))
        operands[1] = g.constant(np.array(low + high, np.float32))
    exact = all(shape[k].constant is not None and shape[k] == v.shape[k] * 2 for k in axes)
    if exact and all(d.constant is not None for d in shape) and g.rng.random() < 0.5:
        operands += [None, g.ints([d.constant for d in (shape[-count:] if some else shape)])]
    else:
        operands.append(g.constant(np.array(scales, np.float32)))
    total, slope = WEIGHTS[mode]
    places = max(max(g.most(v.shape[k]), g.most(shape[k])) for k in axes)  # a coordinate is within 8 roundings of its size
    bound = v.bound * total**count
    err = 0 if mode == "nearest" and v.exact else (
        v.err * total**count + count * total ** (count - 1) * slope * 8 * places * v.unit * v.bound + 16 * count * v.unit * bound)
    lo, hi = (-bound, bound) if mode == "cubic" else (v.lo, v.hi)
    g.add(op, operands, (v.dtype, shape, lo, hi, err), mode=mode, **chosen)


def transformation(g, mode, scales):
    """Attributes that say where an element comes from. Where a size is rounded, the resized length is whole for ONNX Runtime, and
    not for onnx.reference; no mode that asks for it is used there.
    """
    modes, whole = ["half_pixel", "asymmetric"], all(s in (2.0, 4.0) for s in scales)
    if whole:
        modes.append("pytorch_half_pixel")
    if whole and mode != "nearest":
        modes += ["align_corners", "tf_crop_and_resize"] + (["half_pixel_symmetric"] if g.opset >= 19 else [])
    chosen = {"coordinate_transformation_mode": g.rng.choice(modes)}
    if mode == "nearest":
        chosen["nearest_mode"] = g.rng.choice(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
    if mode == "cubic":
        chosen["cubic_coeff_a"] = g.rng.choice([-0.75, -0.5])
        chosen["exclude_outside"] = g.rng.randint(0, 1)
    return chosen

"""Seed inputs of the harnesses: small models, texts and arrays that the project and the zoo have already."""
import io
import shutil
import sys
from pathlib import Path

import numpy as np
from onnx import numpy_helper

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tools", "conformance")]
import cases
from suite import ROOT, zoo_folder

LARGEST = 128 << 10  # bytes; larger seeds make every mutation slow
SMALL = 4 << 10


def models():
    """ONNX files: the digits model and the small ones of the zoo."""
    yield ROOT / "examples/digits/digits-vit.onnx"
    if zoo_folder():
        yield from sorted(p for p in zoo_folder().glob("*/*/model.onnx") if p.stat().st_size <= LARGEST)


def node_models():
    """The one-node models of ONNX's own suite, which reach every importer of an operator."""
    yield from sorted(p for p in (cases.suite_folder() / "node").glob("*/model.onnx") if p.stat().st_size <= SMALL)


def texts():
    yield from sorted((ROOT / "test").glob("**/*.onnxtxt"))


def arrays(form):
    """Arrays of several types and shapes as bytes of .npy, .npz (stored and compressed), .pb or JSON."""
    rng = np.random.default_rng(0)
    samples = {"f": rng.standard_normal((2, 3)).astype(np.float32), "h": np.ones((1, 2), np.float16), "b": np.array([True]),
               "i": np.arange(4, dtype=np.int64), "u": np.zeros((0, 3), np.uint8), "s": np.float64(1.5)}
    for name, array in samples.items():
        array, out = np.asarray(array), io.BytesIO()
        if form == "npy":
            np.save(out, array)
        elif form == "npz":
            np.savez(out, **{name: array, "second": array})
        elif form == "npz-compressed":
            np.savez_compressed(out, **{name: array})
        elif form == "pb":
            out.write(numpy_helper.from_array(array, name).SerializeToString())
        else:
            out.write(repr(array.tolist()).replace("True", "true").encode())
        yield f"{form}-{name}", out.getvalue()


def reads_models(harness):
    """Whether a harness takes ONNX files, by its name."""
    return any(word in harness for word in ("scan", "import", "model"))


def write(harness, folder):
    """Fills the corpus folder of a harness, by what its name says it reads; returns the number of seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    name = harness.lower()
    files = list(node_models()) if "import" in name else list(models()) if reads_models(name) else []
    if "text" in name or "model" in name or "import" in name:
        files += texts()
    if "planted" in name:
        files = list(models())[:4]
    for k, file in enumerate(files):
        shutil.copyfile(file, folder / f"seed-{k}-{file.parent.name}-{file.name}")
    if not files:
        forms = [f for f in ("npy", "npz", "npz-compressed", "pb", "json") if f.split("-")[0] in name]
        for form in forms or ["npy", "npz", "npz-compressed", "pb", "json"]:
            for stem, data in arrays(form):
                (folder / f"seed-{stem}").write_bytes(data)
    return len(list(folder.iterdir()))

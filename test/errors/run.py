"""Golden tests of diagnostics: bad models in, exactly the expected lines out.

NAME.onnxtxt is a model in ONNX's text syntax; NAME.py writes a malformed NAME.onnx (argument: the folder to write to).
sinter must exit with 1, print exactly NAME.expected on stderr and leave no file. `--update` rewrites the .expected
files from what sinter prints now: read the difference before committing it.
Then the mutations of mutations.py: any cut, flipped or random file ends with 0, or with 1 and a message.
"""
import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
from suite import BUILD, SINTER, Counts, brief, jobs_default, require, run_parallel

LIMIT = 60  # seconds
MEMORY = 8 << 30  # bytes of address space, so that unbounded memory is seen as a crash


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_sinter(model, folder, *options):
    """Runs sinter in `folder` on a file there; returns (exit code or None, stderr, names of files it left)."""
    before = {p.name for p in folder.iterdir()}
    try:
        done = subprocess.run([SINTER, model, "-o", "out", *options], cwd=folder, capture_output=True, text=True,
                              timeout=LIMIT, errors="replace", preexec_fn=limit_memory)
        code, text = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        code, text = None, f"ran past {LIMIT} s"
    return code, text, sorted({p.name for p in folder.iterdir()} - before)


def make(case, folder):
    """Puts the model of a case into `folder`; returns its name."""
    if case.suffix == ".py":
        subprocess.run([sys.executable, case, folder], check=True, capture_output=True, text=True)
        return case.stem + ".onnx"
    shutil.copy(case, folder)
    return case.name


def check_golden(case, update):
    """What is wrong with the diagnostics of a case, or None."""
    expected = case.with_suffix(".expected")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        code, text, left = run_sinter(make(case, folder), folder, "-q")
    if code != 1:
        return f"expected exit code 1, got {code}: {brief(text)}"
    if left:
        return f"left {', '.join(left)}"
    if not text.strip():
        return "exit code 1 without a message"
    if update:
        expected.write_text(text)
        return None
    if not expected.exists():
        return f"has no {expected.name}; write it with --update --match {case.stem}"
    want = expected.read_text()
    return None if text == want else f"expected '{brief(want)}', got '{brief(text)}'"


def check_mutation(mutation):
    """What is wrong with how sinter takes a mutated file, or None."""
    import mutations
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.onnx").write_bytes(mutations.make(mutation))
        code, text, left = run_sinter("model.onnx", folder, "-q", "--emit=mlir")
    if code == 0:
        return None
    if code != 1:
        return f"expected exit code 0 or 1, got {code}: {brief(text)}"
    if left:
        return f"left {', '.join(left)}"
    return None if text.strip() else "exit code 1 without a message"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--match", default="", help="only cases whose name matches this expression")
    parser.add_argument("--update", action="store_true", help="rewrite the .expected files")
    parser.add_argument("--mutations", type=int, default=240, help="number of mutated files (default 240)")
    return parser.parse_args()


def main():
    args = parse()
    require(SINTER, "sinter")
    counts = Counts()
    cases = [p for p in sorted([*HERE.glob("*.onnxtxt"), *HERE.glob("*.py")])
             if p.stem not in ("run", "mutations", "wire") and re.search(args.match, p.stem)]
    for case in cases:
        counts.check(case.stem, check_golden(case, args.update))
    for orphan in sorted(HERE.glob("*.expected")):
        if not orphan.with_suffix(".onnxtxt").exists() and not orphan.with_suffix(".py").exists():
            counts.fail(orphan.name, "has no model")
    if not args.match and not args.update:
        import mutations
        for mutation, why in run_parallel(check_mutation, mutations.names(args.mutations), jobs_default()):
            counts.check(mutation, str(why) if why else None)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

"""Keeps what README.md and docs/ show true.

A fenced block under a line `<!-- run: COMMAND -->` must be what COMMAND prints (stdout and stderr together) when the shell
runs it in a scratch copy of examples/, with sinter, sinter-opt and the LLVM tools on PATH. Commands of one page run in
order in one folder, so a later one may use what an earlier one wrote. `...` in a block stands for anything, as in
Python's doctest. `<!-- silent: COMMAND -->` runs and shows nothing. `--update` rewrites the blocks without `...`.
"""
import argparse
import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from suite import BUILD, LLVM_BIN, ROOT, Counts, brief, require

MARK = re.compile(r"^<!-- (run|silent): (.*?) -->\n(?:```\w*\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
LIMIT = 60  # seconds


def run(command, folder):
    """What a command prints; its exit code stands in the last line when it is not 0."""
    path = os.pathsep.join([str(BUILD / "bin"), str(LLVM_BIN), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=LIMIT, stdin=subprocess.DEVNULL, env={**os.environ, "PATH": path})
    return done.stdout + (f"exit code {done.returncode}\n" if done.returncode else "")


def check_page(page, update, counts):
    """Runs the commands of a page in order; returns its text, with new blocks when `update`."""
    checker, text = doctest.OutputChecker(), page.read_text()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "examples"
        shutil.copytree(ROOT / "examples", folder)

        def visit(match):
            kind, command, block = match.groups()
            case = f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
            got = run(command, folder)
            if kind == "silent" or block is None:
                failed = "exit code" in got.splitlines()[-1] if got else False
                counts.check(case, brief(got) if failed else "expected a block under the command" if kind == "run" else None)
            elif update and "..." not in block:
                counts.ok()
                return match[0].replace(block, got) if block else match[0][:-3] + got + "```"
            elif checker.check_output(block, got, doctest.ELLIPSIS):
                counts.ok()
            else:
                counts.fail(case, f"`{command}` prints something else; see it with --update")
                print(checker.output_difference(doctest.Example("", block), got, doctest.ELLIPSIS))
            return match[0]

        return MARK.sub(visit, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--update", action="store_true", help="write what the commands print now")
    args = parser.parse_args()
    require(BUILD / "bin" / "sinter", "sinter")
    counts = Counts()
    pages = args.pages or [p for p in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if p.exists()]
    for page in pages:
        text = check_page(page.resolve(), args.update, counts)
        if args.update:
            page.write_text(text)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())

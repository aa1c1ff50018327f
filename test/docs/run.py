"""Keeps what README.md and docs/ show true.

A fenced block under a line `<!-- run: COMMAND -->` must be what COMMAND prints (stdout and stderr together) when the shell
runs it in a scratch copy of examples/, with sinter, sinter-opt and the LLVM tools on PATH and $SINTER_ROOT set. Under
`<!-- session -->` the block itself holds the commands, in lines that begin with `$ `, each before what it prints.
Commands of one page run in order in one folder, so a later one may use what an earlier one wrote. `...` in a block stands
for anything, as in Python's doctest. Under `<!-- session, numbers vary -->` every number stands for any number and every
run of spaces for any other, for times and speeds. `<!-- silent: COMMAND -->` runs and shows nothing. `--update` rewrites
the blocks that differ and have no `...`.
"""
import argparse
import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from suite import BUILD, LLVM_BIN, ROOT, Counts, brief, require

MARK = re.compile(r"^<!-- (run|silent|session(?:, numbers vary)?)(?:: (.*?))? -->\n(?:```\w*\n(.*?)^```$)?",
                  re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d[\d,.]*(?:e[-+]?\d+)?")
LIMIT = 60  # seconds


def run(command, folder):
    """What a command prints; its exit code stands in the last line when it is not 0."""
    path = os.pathsep.join([str(BUILD / "bin"), str(LLVM_BIN), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=LIMIT, stdin=subprocess.DEVNULL,
                          env={**os.environ, "PATH": path, "SINTER_ROOT": str(ROOT)})
    return done.stdout + (f"exit code {done.returncode}\n" if done.returncode else "")


def session(block):
    """The shell script of a block: prints each line that begins with `$ `, then runs it."""
    lines = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"echo {shlex.quote('$ ' + line)}\n{line}" for line in lines)


def shape(text):
    """A text in which numbers and the columns that they fill do not matter."""
    return re.sub(r"[ \t]+", " ", NUMBER.sub("N", text))


def check_page(page, update, counts):
    """Runs the commands of a page in order; returns its text, with new blocks when `update`."""
    checker, text = doctest.OutputChecker(), page.read_text()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "examples"
        shutil.copytree(ROOT / "examples", folder)

        def visit(match):
            kind, command, block = match.groups()
            case = f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
            if kind.startswith("session"):
                command = session(block or "")
            got = run(command, folder)
            form = shape if kind.endswith("vary") else str
            if kind == "silent" or block is None:
                failed = "exit code" in got.splitlines()[-1] if got else False
                counts.check(case, brief(got) if failed else "expected a block under the command" if kind != "silent" else None)
            elif checker.check_output(form(block), form(got), doctest.ELLIPSIS):
                counts.ok()
            elif update and "..." not in block:
                counts.ok()
                return match[0].replace(block, got) if block else match[0][:-3] + got + "```"
            else:
                counts.fail(case, "the command prints something else; see it with --update")
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

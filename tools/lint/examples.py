"""Every ```mlir example in a .td file parses and verifies with sinter-opt.

An example is a whole module, or lines of a function body: then each value that nothing defines becomes an argument, with
the types that the line's own type list gives, in order.
"""
import os
import re
import subprocess
from pathlib import Path

from source import ROOT, Finding, files

BLOCK = re.compile(r"^[ \t]*```mlir\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"%[\w$.-]+(?::\d+)?")
TYPE = re.compile(r"(?:tensor|memref|vector)<(?:[^<>]|<[^<>]*>)*>|\bindex\b|\bi\d+\b|\bb?f\d+\b")


def tool():
    return Path(os.environ.get("SINTER_BUILD", ROOT / "build")) / "bin/sinter-opt"


def statements(text):
    """Statements of a function body: a line that starts with a value or an operation's name starts a new one."""
    found = []
    for line in text.splitlines():
        if found and not re.match(r"\s*(%[\w$.-]+.*=|[a-z_]+\.[a-z_]+\b)", line):
            found[-1] += "\n" + line
        elif line.strip():
            found.append(line)
    return found


def wrap(text):
    """A function around the lines of a body."""
    arguments, defined = {}, set()
    for line in statements(text):
        results, _, rest = line.partition(" = ") if re.match(r"\s*%[^:]*? = ", line) else ("", "", line)
        body, _, types = rest.rpartition(" : ")
        operands = [v.split("#")[0] for v in VALUE.findall(body)]
        listed = TYPE.findall(types.rsplit("->", 1)[0] if "->" in types else types)
        for k, operand in enumerate(operands):
            if operand not in defined and operand not in arguments and listed:
                arguments[operand] = listed[min(k, len(listed) - 1)]
        defined.update(v.split(":")[0] for v in VALUE.findall(results))
    signature = ", ".join(f"{name}: {kind}" for name, kind in arguments.items())
    return f"func.func @example({signature}) {{\n{text}\n  return\n}}\n"


def parse(text):
    """None, or the first line of what sinter-opt says."""
    done = subprocess.run([tool(), "-"], input=text, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    return next(iter(done.stderr.strip().splitlines()), f"exit code {done.returncode}")


def check():
    if not tool().exists():
        yield Finding(ROOT / "tools/lint/examples.py", 1, f"skipped: no {tool().name} is built", True)
        return
    for path in files(".td"):
        text = path.read_text()
        for match in BLOCK.finditer(text):
            body = match[1]
            if parse(body) is None:
                continue
            why = parse(wrap(body))
            if why:
                yield Finding(path, text.count("\n", 0, match.start()) + 1, f"example does not parse: {why}")

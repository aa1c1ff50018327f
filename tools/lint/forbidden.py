"""No committed file has a machine path, a package registry, a private key or the marks of a merge."""
import re

from source import ROOT, Finding, files, lines_of

# Built from pieces so that this file does not find itself.
FORBIDDEN = {
    re.compile(r"(?<![\w.])/(?:" + "|".join(("home", "root", "work", "Users")) + r")/\w"): "a path of one machine",
    re.compile("py" + r"pi\.org|file" + r"s\.pythonhosted|apt\." + r"llvm\.org|deb\." + r"debian\.org"): "a registry's host",
    re.compile("BEGIN [A-Z ]*PRIVATE" + " KEY"): "a private key",
    re.compile("^(?:<{7}|>{7}) "): "a merge that was not finished",
}


def check():
    for path in files(".cpp", ".h", ".td", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".mlir", ".test", ".onnxtxt",
                      ".expected", "check", "quickstart", ".ci/run"):
        for number, line in enumerate(lines_of(path), 1):
            for pattern, what in FORBIDDEN.items():
                if pattern.search(line):
                    yield Finding(path, number, f"expected nothing that forbidden.py lists, got {what}")

"""FileCheck passes silently over a misspelt directive, and over one that matches everything. This does not."""
import difflib
import re

from source import Finding, files, lines_of

SUFFIXES = ("NEXT", "SAME", "NOT", "DAG", "LABEL", "EMPTY")
RUN = re.compile(r"^\s*(?://|#|;)\s*RUN:(.*)$")
PREFIX_OPTION = re.compile(r"--?check-prefix(?:es)?[= ]([\w,-]+)")
# A comment that starts with a word in capitals: a directive, or what looks like one.
WORD = re.compile(r"^\s*(?://|#|;)\s*([A-Z][A-Z0-9_-]*(?:\{LITERAL\})?)(\s*)(:?)(.*)$")
NOT_DIRECTIVES = {"RUN", "REQUIRES", "UNSUPPORTED", "XFAIL", "DEFINE", "REDEFINE", "END", "TODO", "IN", "OUT", "NOTE"}


def prefixes_of(lines):
    """(prefixes that RUN lines use, whether a RUN line uses FileCheck)"""
    runs, pending = [], ""
    for line in lines:
        match = RUN.match(line)
        if match:
            text = pending + match[1]
            pending = text.rstrip()[:-1] if text.rstrip().endswith("\\") else ""
            if not pending:
                runs.append(text)
    checks = [part for run in runs for part in re.split(r"[|;]|&&", run) if "FileCheck" in part]
    found = set()
    for part in checks:
        named = PREFIX_OPTION.findall(part)
        found.update(name for group in named for name in group.split(",")) if named else found.add("CHECK")
    return found, bool(checks)


def directive(word, prefixes):
    """The prefix when the word is a well-formed directive, else None."""
    word = word.removesuffix("{LITERAL}")
    for prefix in prefixes:
        rest = word.removeprefix(prefix)
        if rest == word:
            continue
        if rest == "" or rest[1:] in SUFFIXES and rest[0] == "-" or re.fullmatch(r"-COUNT-\d+", rest):
            return prefix
    return None


def looks_like(word, prefixes):
    """Whether a word is close to a directive: the prefix with an odd suffix, or a misspelt prefix."""
    for prefix in prefixes | {"CHECK"}:
        base = re.split(r"[-_]", word)[0]
        if word.startswith(prefix) or difflib.SequenceMatcher(None, base, prefix).ratio() >= 0.8:
            return True
    return False


def judge(word, space, colon, rest, prefixes):
    """What is wrong with a comment's first word, or None."""
    prefix = directive(word, prefixes)
    if not prefix:
        return f"no directive of FileCheck: {word}" if looks_like(word, prefixes) else None
    if not colon:
        return f"expected a colon after {word}" if space == "" or word != prefix else None
    if space:
        return f"expected the colon right after {word}"
    pattern = rest.strip()
    if pattern == "" and not word.endswith("EMPTY") and not word.endswith("SAME"):
        return f"{word} checks nothing"
    if re.fullmatch(r"(\{\{\.[*+]\}\}\s*)+", pattern):
        return f"{word} matches every line"
    return None


def check():
    for path in files(".mlir", ".test", ".onnxtxt", under="test"):
        lines = lines_of(path)
        prefixes, used = prefixes_of(lines)
        if not used:
            prefixes = {"CHECK"}
        seen = set()
        for number, line in enumerate(lines, 1):
            match = WORD.match(line)
            if not match or match[1] in NOT_DIRECTIVES:
                continue
            why = judge(match[1], match[2], match[3], match[4], prefixes)
            prefix = directive(match[1], prefixes)
            if prefix and match[3]:
                seen.add(prefix)
            if why:
                yield Finding(path, number, why)
        if seen and not used:
            yield Finding(path, 1, "has CHECK lines but no RUN line with FileCheck")
        for prefix in sorted(prefixes - seen if used else ()):
            yield Finding(path, 1, f"FileCheck looks for {prefix}, which no line has")

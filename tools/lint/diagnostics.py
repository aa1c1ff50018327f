"""Every message of the importer and of the dialect's verifiers appears in a test.

A message is a string literal of an error call; it counts as tested when its text stands in an .expected file, a lit test
or a unit test. untested-diagnostics.txt lists those that are not; it may only get shorter (`--update` removes lines).
"""
import re
import sys

from source import ROOT, Finding, files

LIST = ROOT / "tools/lint/untested-diagnostics.txt"
FOLDERS = ("compiler/import", "dialects")
CALL = re.compile(r"\b(?:failure|errorAt|emitError|emitOpError|fail|reject|unsupported|errors\.add)\s*\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
LEAST = 12  # characters of a piece that can be told from others


def statement(text, start):
    """The text from `start` to the end of its statement, string literals skipped over."""
    k, quoted = start, False
    while k < len(text):
        if text[k] == "\\" and quoted:
            k += 1
        elif text[k] == '"':
            quoted = not quoted
        elif text[k] == ";" and not quoted:
            break
        k += 1
    return text[start:k]


def unescape(literal):
    return literal.replace('\\"', '"').replace("\\\\", "\\")


def pieces(literal):
    """The fixed parts of a literal: what stands between fmt or formatv placeholders."""
    return [p for p in re.split(r"\{[^}]*\}", unescape(literal)) if len(p.strip()) >= LEAST]


def messages():
    """(path, line, piece) of every message."""
    for folder in FOLDERS:
        for path in files(".cpp", ".h", under=folder):
            text = path.read_text()
            done = 0
            for match in CALL.finditer(text):
                if match.start() < done:
                    continue
                body = statement(text, match.end())
                done = match.end() + len(body)
                joined = re.sub(r'(?<!\\)"\s*"', "", body)
                for literal in LITERAL.findall(joined):
                    for piece in pieces(literal):
                        yield path, text.count("\n", 0, match.start()) + 1, piece.strip()


def tested():
    return "\n".join(p.read_text(errors="replace") for p in files(".expected", ".mlir", ".onnxtxt", ".test", ".cpp", under="test"))


def listed():
    if not LIST.exists():
        return set()
    return {line for line in LIST.read_text().splitlines() if line and not line.startswith("#")}


def untested():
    text = tested().replace('\\"', '"')
    return [(path, line, piece) for path, line, piece in messages() if piece not in text]


def check():
    known, found = listed(), untested()
    for path, line, piece in found:
        if f"{path.relative_to(ROOT)}: {piece}" not in known:
            yield Finding(path, line, f"no test shows this message: {piece}")
    current = {f"{path.relative_to(ROOT)}: {piece}" for path, _, piece in found}
    for gone in sorted(known - current):
        yield Finding(LIST, 1, f"is tested or gone, remove the line: {gone}")


def update(grow):
    """Drops lines that are tested or gone; `grow` also adds new ones, for a first list."""
    current = {f"{path.relative_to(ROOT)}: {piece}" for path, _, piece in untested()}
    kept = sorted(current if grow else current & listed())
    LIST.write_text("# Messages that no test shows yet. This list may only get shorter.\n" + "".join(k + "\n" for k in kept))
    print(f"{len(kept)} untested messages")


if __name__ == "__main__":
    if sys.argv[1:] not in (["--update"], ["--grow"]):
        sys.exit("usage: diagnostics.py --update|--grow")
    update(sys.argv[1] == "--grow")

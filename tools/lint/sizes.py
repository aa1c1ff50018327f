"""Long files and long lines of code: warnings only, a hint that a second idea is in there."""
from source import Finding, files, lines_of

FILE_LINES = 500
LINE_WIDTH = 140


def check():
    for path in files(".cpp", ".h", ".py", ".sh"):
        lines = lines_of(path)
        if len(lines) > FILE_LINES:
            yield Finding(path, len(lines), f"{len(lines)} lines; past {FILE_LINES} look for the second idea", True)
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_WIDTH:
                yield Finding(path, number, f"{len(line)} columns", True)
                break

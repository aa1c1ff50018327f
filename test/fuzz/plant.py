"""Writes a copy of the scanner without its check of a field's length: what fuzz-planted must find.

usage: plant.py compiler/import/Scanner.cpp OUT
"""
import sys
from pathlib import Path

CHECK = "if (length > end - position)"


def main():
    text = Path(sys.argv[1]).read_text()
    if text.count(CHECK) != 1:
        sys.exit(f"plant.py: expected '{CHECK}' once in {sys.argv[1]}, got it {text.count(CHECK)} times")
    text = text.replace(CHECK, "if (false && length > end - position)")
    Path(sys.argv[2]).write_text(text)


if __name__ == "__main__":
    main()

"""One pass, one file, one name: FooBarPass in Passes.td = FooBar.cpp = --sinter-foo-bar = test .../foo-bar.mlir.

Also: no file or class is named after what says nothing.
"""
import re

from source import ROOT, Finding, files, lines_of

PASS = re.compile(r'^def\s+(\w+)\s*:\s*Pass<"([^"]+)"')
DEBUG_TYPE = re.compile(r'#define\s+DEBUG_TYPE\s+"([^"]*)"')
EMPTY_STEMS = re.compile(r"(Utils?|Helpers?|Common|Misc)$", re.IGNORECASE)
EMPTY_CLASSES = re.compile(r"^\s*(?:class|struct)\s+(\w*(?:Manager|Impl))\b")


def camel(flag):
    """sinter-foo-bar -> FooBar"""
    return "".join(part.capitalize() for part in flag.removeprefix("sinter-").split("-"))


def check_pass(path, number, name, flag, sources, tests):
    if not name.endswith("Pass"):
        yield Finding(path, number, f"expected a name that ends in Pass, got {name}")
        return
    stem = name.removesuffix("Pass")
    if not flag.startswith("sinter-") or camel(flag).lower() != stem.lower():
        yield Finding(path, number, f"expected the flag of {name} to spell its name after sinter-, got {flag}")
        return
    source = next((p for p in sources if p.stem == stem), None)
    if not source:
        yield Finding(path, number, f"expected {stem}.cpp beside {path.name}, got no such file")
    else:
        debug = next((m[1] for m in map(DEBUG_TYPE.search, lines_of(source)) if m), flag)
        if debug != flag:
            yield Finding(source, 1, f'expected DEBUG_TYPE "{flag}", got "{debug}"')
    test = flag.removeprefix("sinter-") + ".mlir"
    if test not in tests:
        folder = path.parent.relative_to(ROOT)
        yield Finding(path, number, f"expected a test test/{folder}/{test}, got none")


def check():
    tests = {p.name for p in files(".mlir", under="test")}
    for path in files("Passes.td"):
        sources = files(".cpp", under=str(path.parent.relative_to(ROOT)))
        for number, line in enumerate(lines_of(path), 1):
            match = PASS.match(line)
            if match:
                yield from check_pass(path, number, match[1], match[2], sources, tests)
    for path in files(".cpp", ".h", ".td", ".py"):
        if EMPTY_STEMS.search(path.stem):
            yield Finding(path, 1, f"expected a file name that says what is in it, got {path.name}")
        if path.suffix in (".cpp", ".h"):
            for number, line in enumerate(lines_of(path), 1):
                match = EMPTY_CLASSES.match(line)
                if match:
                    yield Finding(path, number, f"expected a class name that says what it does, got {match[1]}")

"""Reads assembly on stdin; prints a line for each innermost loop with multiply-adds: what one pass through it does.

A loop is a label and a jump back to it; an innermost one has no other label in between. Accesses through the stack pointer
are spills and reloads: the kernels that are looked at have no arrays on the stack.
"""
import re
import sys

LABEL = re.compile(r"([.\w$]+):")
JUMP = re.compile(r"\tj\w+\t(\.\w+)")


def main():
    function = label = None
    body = []
    for line in sys.stdin:
        start, jump = LABEL.match(line), JUMP.match(line)
        if start:
            label, body = start[1], []
            function = label if not label.startswith(".") else function
        elif line.startswith("\t") and not line.startswith("\t."):
            body.append(line)
        sums = sum("vfmadd" in i for i in body)
        if jump and jump[1] == label and sums:
            width = next(w for w in ("zmm", "ymm", "xmm") if any("vfmadd" in i and w in i for i in body))
            print(f"{function}: {sums} multiply-adds in {width}, {sum('(%rsp' in i for i in body)} stack accesses, "
                  f"{sum('gather' in i for i in body)} gathers")


main()

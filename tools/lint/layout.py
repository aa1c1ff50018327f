"""clang-format-22 leaves every C++ file as it is."""
import re
import subprocess

from source import ROOT, Finding, files

ERROR = re.compile(r"^(.+?):(\d+):\d+: error: code should be clang-formatted")


def check():
    paths = files(".cpp", ".h", ".inc")
    done = subprocess.run(["clang-format-22", "--dry-run", "-Werror", *map(str, paths)], capture_output=True, text=True)
    seen = set()
    for line in done.stderr.splitlines():
        match = ERROR.match(line)
        if match and match[1] not in seen:
            seen.add(match[1])
            yield Finding(ROOT / match[1], int(match[2]), "is not formatted; run tools/lint/run.py --fix")
    if done.returncode and not seen:
        yield Finding(ROOT / ".clang-format", 1, f"clang-format-22 failed: {done.stderr.strip()[:200]}")


def fix():
    subprocess.run(["clang-format-22", "-i", *map(str, files(".cpp", ".h", ".inc"))], check=True)

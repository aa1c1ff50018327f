"""Where the lints find files, and how they report."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Finding:
    """A broken rule at a place; warnings are printed and do not fail."""
    path: Path
    line: int
    text: str
    warning: bool = False

    def __str__(self):
        place = f"{self.path.relative_to(ROOT)}:{self.line}"
        return f"{'warning' if self.warning else 'FAIL'} {place}: {self.text}"


def files(*suffixes, under=""):
    """Tracked and new files (not ignored ones) below a folder, by suffix."""
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", under or "."], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout.splitlines()
    paths = [ROOT / line for line in sorted(set(listing)) if line.endswith(tuple(suffixes))]
    return [p for p in paths if p.is_file()]


def lines_of(path):
    return path.read_text(errors="replace").splitlines()

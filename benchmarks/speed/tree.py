"""A tree of documentation, 2,000 files and 20 MB, Chinese and English: `dedupe check --across` beside the floor.

    apt-get download linux-doc-6.12 python3.13-doc && for deb in *.deb; do dpkg -x "$deb" packages; done
    python benchmarks/speed/tree.py --packages packages --into benchmarks/README.md

The tree is made of the reStructuredText of the two packages: all Chinese pages of the kernel, all pages of Python, and
others of the kernel until it is large enough. Processor time of whole processes, children included; wall time where it
says so. The memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "quality")]

import pages  # noqa: E402

FILES = 2000
# In bytes as packed: of larger pages fewer would make 20 MB.
LARGEST = 6000
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One process and its children: processor seconds, seconds on the wall, megabytes of the largest, exit code."""

    seconds: float
    wall: float
    memory: float
    code: int


def made(packages: Path, tree: Path, files: int = FILES) -> int:
    """Write the tree; return its size in bytes."""
    kernel = sorted(packages.resolve().rglob("Documentation/**/*.rst.gz"))
    chinese = [p for p in kernel if "translations/zh_CN" in str(p)]
    others = [p for p in kernel if "translations" not in p.parts and p.stat().st_size < LARGEST]
    others.sort(key=lambda p: hashlib.sha256(p.name.encode() + p.parent.name.encode()).hexdigest())
    # A link among the packages leads to the same pages.
    python = sorted({path.resolve() for path in packages.resolve().rglob("python3*/html/_sources/**/*.rst.txt")})
    chosen = [*chinese, *python, *others][:files]
    size = 0
    for path in chosen:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        target = tree / path.relative_to(packages.resolve()).with_suffix("" if path.suffix == ".gz" else ".rst")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        size += len(data)
    return size


def run(*command: str, cwd: Path) -> Run:
    """Run a process to its end."""
    began = perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - began
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, child.returncode)


def rows(tree: Path, folder: Path) -> list[list[str]]:
    """Measure everything."""
    whole = folder / "whole.txt"
    files = sorted(p for p in tree.rglob("*.rst") if p.is_file())
    whole.write_bytes(b"\n".join(path.read_bytes() for path in files))
    floor = run(sys.executable, str(HERE / "floor.py"), str(whole), str(folder / "out.txt"), cwd=tree)
    check = (sys.executable, "-m", "dedupe_cli", "check", "--isolated", "--across", "-o", str(folder / "report"), ".")
    cache = ("--cache-dir", str(folder / "cache"))
    first = run(*check, *cache, "-j", "1", cwd=tree)
    two = run(*check, "--no-cache", "-j", "2", cwd=tree)
    second = run(*check, *cache, "-j", "1", cwd=tree)
    changed = next(path for path in files[len(files) // 2 :] if b". " in path.read_bytes())
    changed.write_text(changed.read_text(encoding="utf-8").replace(". ", ".  And so on. ", 1), encoding="utf-8")
    third = run(*check, *cache, "-j", "1", cwd=tree)
    return [
        row("nothing in the cache, one process", first, floor.seconds, "≤ 4 times the floor, ≤ 900 MB", 4.0),
        row("nothing changed, against the first run", second, first.seconds, "≤ 1/3", 1 / 3),
        row("one file changed, against the first run", third, first.seconds, "≤ 1/2", 1 / 2),
        row("-j 2 against -j 1, on the wall", two, first.wall, "≤ 1/1.5", 1 / 1.5, wall=True),
    ]


def row(what: str, found: Run, against: float, bound: str, most: float, *, wall: bool = False) -> list[str]:
    """One line of the table."""
    seconds = found.wall if wall else found.seconds
    met = seconds <= most * against and found.code in {0, 1} and found.memory <= 900
    ratio = f"{seconds / against:.2f}"
    return [
        what,
        f"{seconds:.1f} s",
        f"{against:.1f} s",
        ratio,
        f"{found.memory:.0f} MB",
        bound,
        "met" if met else "**missed**",
    ]


def asked(doc: str | None, **numbers: int) -> argparse.Namespace:
    """Return the options of a benchmark of the tree: where the packages are, its numbers, the page to write into."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True)
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--into", type=Path)
    return parser.parse_args()


def main() -> int:
    given = asked(__doc__, files=FILES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = folder / "tree"
        size = made(given.packages, tree, given.files)
        body = pages.table(["what", "time", "beside", "ratio", "memory", "bound", ""], rows(tree, folder))
    print(f"{given.files} files, {size / MB:.1f} MB\n\n{body}", end="")
    if given.into:
        pages.put(given.into, "tree", body)
    return 0


if __name__ == "__main__":
    sys.exit(main())

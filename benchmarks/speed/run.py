"""Time and memory of whole processes, beside the floor (``floor.py``) on the same text in the same run.

    python benchmarks/speed/run.py --zh DIR ... --en DIR ... --into benchmarks/README.md
    python benchmarks/speed/run.py --quick

``--zh`` and ``--en`` are folders of real texts (.txt, .html, .gz), read by path; without them the ground texts below
``--shared`` are used. Every figure is processor time (a busy machine does not change it much), the better of
``--rounds`` processes. Exit 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "quality")]

import corpus  # noqa: E402
import hostile  # noqa: E402
import pages  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

MB = 1_000_000
TIMES, MEMORY, GROWTH = 3.0, 1.2, 4.8
HOSTILE_TIMES, HOSTILE_LEAST, HOSTILE_MEMORY = 6.0, 1.2, 600.0
START, IMPORTS = 2.0, "import click, rich.console, rapidfuzz, numpy"


@dataclass(frozen=True, slots=True)
class Run:
    """One process: processor seconds, greatest memory in MB; no seconds when it was stopped or failed."""

    seconds: float | None
    memory: float
    code: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    seconds: float | None
    memory: float
    floor: float
    bound: str
    met: bool


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    ap.add_argument("--zh", type=Path, nargs="*", help="folders of Chinese texts")
    ap.add_argument("--en", type=Path, nargs="*", help="folders of English texts")
    ap.add_argument("--quick", action="store_true", help="texts of 300 kB")
    ap.add_argument("--hostile-size", type=int, default=3 * MB, help="bytes of the hostile texts")
    ap.add_argument("--only", default="", help="rows whose name has this in it")
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--limit", type=float, default=120.0, help="seconds after which a process is stopped")
    ap.add_argument("--into", type=Path, help="Markdown page whose table is replaced, between its marks")
    return ap.parse_args()


def run(command: list[str], limit: float) -> Run:
    """Run one process to its end and take its processor time and its greatest memory."""
    begin = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if perf_counter() - begin > limit:
                child.kill()
                _, status, usage = os.wait4(child.pid, 0)
                child.returncode = -9
                return Run(None, usage.ru_maxrss / 1024, -9)
            sleep(0.002)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    return Run(seconds if child.returncode in {0, 1} else None, usage.ru_maxrss / 1024, child.returncode)


def best(command: list[str], a: argparse.Namespace) -> Run:
    """Return the fastest of some processes."""
    runs = [run(command, a.limit) for _ in range(a.rounds)]
    return min(runs, key=lambda r: r.seconds if r.seconds is not None else float("inf"))


def both(path: Path, folder: Path, a: argparse.Namespace) -> tuple[Run, Run]:
    """Run the floor and the program on one file."""
    out = str(folder / "out.txt")
    floor = best([sys.executable, str(HERE / "floor.py"), str(path), out], a)
    own = best([sys.executable, "-m", "dedupe_cli", "clean", str(path), "-o", out], a)
    return floor, own


def large(a: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Real texts: time and memory against the floor, growth from a quarter to the whole."""
    for name, given, whole in (("Chinese", a.zh, 30 * MB), ("English", a.en, 28 * MB)):
        kind = "zh" if name == "Chinese" else "en"
        texts = corpus.ground(given or [a.shared / "data" / f"clean_{kind}"])
        for make, what in ((corpus.fresh, "nothing repeats"), (corpus.reused, "full of reuse")):
            size = 300_000 if a.quick else whole
            label = f"{size / MB:g} MB of {name}, {what}"
            if a.only not in label:
                continue
            path, part = folder / "large.txt", folder / "part.txt"
            path.write_text(make(texts, size), encoding="utf-8")
            part.write_text(make(texts, size // 4), encoding="utf-8")
            floor, own = both(path, folder, a)
            quarter = best([sys.executable, "-m", "dedupe_cli", "clean", str(part), "-o", str(folder / "o")], a)
            yield against(label, floor, own)
            yield growth(f"{label}: 4 x", quarter, own)


def against(what: str, floor: Run, own: Run) -> Row:
    """Make the row of a large text."""
    assert floor.seconds is not None, f"the floor failed on {what}"
    met = own.seconds is not None and own.seconds <= TIMES * floor.seconds and own.memory <= MEMORY * floor.memory
    bound = f"≤ {TIMES:g} x, memory ≤ {MEMORY * floor.memory:.0f} MB"
    return Row(what, own.seconds, own.memory, floor.seconds, bound, met)


def growth(what: str, quarter: Run, own: Run) -> Row:
    """Make the row that says how time grows."""
    if own.seconds is None or quarter.seconds is None:
        return Row(what, None, own.memory, quarter.seconds or 0.0, f"≤ {GROWTH:g} x", met=False)
    return Row(
        what,
        own.seconds,
        own.memory,
        quarter.seconds,
        f"≤ {GROWTH:g} x",
        met=own.seconds <= GROWTH * quarter.seconds,
    )


def hard(a: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Hostile texts."""
    size = 300_000 if a.quick else a.hostile_size
    for name, make in hostile.TEXTS.items():
        label = f"{size / MB:g} MB: {name}"
        if a.only not in label:
            continue
        path = folder / "hostile.txt"
        path.write_text(make(size), encoding="utf-8")
        floor, own = both(path, folder, a)
        assert floor.seconds is not None, f"the floor failed on {name}"
        limit = max(HOSTILE_TIMES * floor.seconds, HOSTILE_LEAST)
        met = own.seconds is not None and own.seconds <= limit and own.memory <= HOSTILE_MEMORY
        yield Row(label, own.seconds, own.memory, floor.seconds, f"≤ {limit:.1f} s, ≤ {HOSTILE_MEMORY:g} MB", met)


def start(a: argparse.Namespace) -> Iterator[Row]:
    """Start-up: the sample article, help, a usage error."""
    rows = (
        ("the sample article", ["clean", str(ROOT / "samples" / "gaoxinqu.txt")], IMPORTS),
        ("--help", ["--help"], "import click"),
    )
    for what, options, imports in rows:
        if a.only in what:
            floor = best([sys.executable, "-c", imports], a)
            own = best([sys.executable, "-m", "dedupe_cli", *options], a)
            assert floor.seconds is not None
            met = own.seconds is not None and own.seconds <= START * floor.seconds
            yield Row(what, own.seconds, own.memory, floor.seconds, f"≤ {START:g} x `{imports}`", met)


def cells(r: Row) -> list[str]:
    """Words of one row."""
    ratio = "" if r.seconds is None else f"{r.seconds / r.floor:.1f}"
    seconds = "stopped or failed" if r.seconds is None else f"{r.seconds:.2f} s"
    return [
        r.what,
        seconds,
        f"{r.floor:.2f} s",
        ratio,
        f"{r.memory:.0f} MB",
        r.bound,
        "met" if r.met else "**missed**",
    ]


def main() -> int:
    a = arguments()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dedupe-speed-") as name:
        for part in (start(a), hard(a, Path(name)), large(a, Path(name))):
            for row in part:
                rows.append(row)
                print(" | ".join(cells(row)), flush=True)
    if a.into:
        heads = ["what", "time", "floor or quarter", "ratio", "memory", "bound", ""]
        pages.put(a.into, "speed", pages.table(heads, [cells(r) for r in rows]))
    return 0 if all(r.met for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

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
HUGE_SECONDS, HUGE_MEMORY = 45.0, 2000.0
PROOF, JOBS = 0.1, 1.5
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
    return Run(seconds if child.returncode in {0, 1, 2} else None, usage.ru_maxrss / 1024, child.returncode)


def best(command: list[str], a: argparse.Namespace) -> Run:
    """Return the fastest of some processes."""
    return fastest([run(command, a.limit) for _ in range(a.rounds)])


def fastest(runs: list[Run]) -> Run:
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


def huge(a: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Run one file of 100 MB."""
    label = "100 MB of English, nothing repeats"
    if a.quick or a.only not in label:
        return
    path = folder / "huge.txt"
    texts = corpus.ground(a.en or [a.shared / "data" / "clean_en"])
    path.write_text(corpus.fresh(texts, 100 * MB), encoding="utf-8")
    floor, own = both(path, folder, a)
    assert floor.seconds is not None, "the floor failed on 100 MB"
    met = own.seconds is not None and own.seconds <= HUGE_SECONDS and own.memory <= HUGE_MEMORY
    yield Row(label, own.seconds, own.memory, floor.seconds, f"≤ {HUGE_SECONDS:g} s, ≤ {HUGE_MEMORY:g} MB", met)


_TIMED = """
import sys, time
from dedupe_cli import api
from dedupe_cli.apply import verify
prove, spent = verify.verify, [0.0]
def timed(*args, **options):
    begin = time.process_time()
    prove(*args, **options)
    spent[0] += time.process_time() - begin
verify.verify = timed
api.clean_file(sys.argv[1])
print(spent[0], time.process_time())
"""


def proof(a: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Measure what it costs to prove the result."""
    label = "3 MB full of reuse: proving the result"
    if a.only not in label:
        return
    path = folder / "proof.txt"
    texts = corpus.ground(a.zh or [a.shared / "data" / "clean_zh"])
    path.write_text(corpus.reused(texts, 300_000 if a.quick else 3 * MB), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", _TIMED, str(path)], capture_output=True, text=True, check=True)
    spent, whole = map(float, done.stdout.split())
    yield Row(label, spent, 0.0, whole, f"≤ {PROOF:g} x the run", spent <= PROOF * whole)


def jobs(a: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Compare two processes with one on many small files; wall time, as the work is the same."""
    label = "1,000 files of 30 kB: -j 2 against -j 1 (wall time)"
    if a.only not in label:
        return
    whole = "\n\n".join(corpus.ground(a.zh or [a.shared / "data" / "clean_zh"]))
    many = folder / "many"
    many.mkdir()
    for number in range(50 if a.quick else 1000):
        part = (whole[number * 97 % (len(whole) - 5000) :] + whole)[:5000]
        (many / f"{number:04}.txt").write_text(f"{part}\n\n{part}\n", encoding="utf-8")
    took = []
    for count in ("1", "2"):
        begin = perf_counter()
        command = [sys.executable, "-m", "dedupe_cli", "clean", str(many), "-j", count, "-o", f"{folder}/j{count}/"]
        subprocess.run(command, check=True, capture_output=True)
        took.append(perf_counter() - begin)
    files = [sorted(p for p in (folder / f"j{count}").rglob("*.txt")) for count in "12"]
    same = all(one.read_bytes() == other.read_bytes() for one, other in zip(*files, strict=True))
    yield Row(label, took[1], 0.0, took[0], f"≤ 1 / {JOBS:g} x, same output", same and took[0] >= JOBS * took[1])


def start(a: argparse.Namespace) -> Iterator[Row]:
    """Start-up: the sample article, help, a usage error; the two commands by turns, as both are short."""
    rows = (
        ("the sample article", ["clean", str(ROOT / "samples" / "gaoxinqu.txt")], IMPORTS),
        ("--help", ["--help"], "import click"),
        ("a usage error", ["clean", "--no-such-option"], "import click"),
    )
    for what, options, imports in rows:
        if a.only in what:
            commands = [sys.executable, "-c", imports], [sys.executable, "-m", "dedupe_cli", *options]
            turns = [[run(command, a.limit) for command in commands] for _ in range(a.rounds)]
            floor, own = (fastest(list(runs)) for runs in zip(*turns, strict=True))
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
        for part in (
            start(a),
            hard(a, Path(name)),
            proof(a, Path(name)),
            jobs(a, Path(name)),
            large(a, Path(name)),
            huge(a, Path(name)),
        ):
            for row in part:
                rows.append(row)
                print(" | ".join(cells(row)), flush=True)
    if a.into:
        heads = ["what", "time", "floor or quarter", "ratio", "memory", "bound", ""]
        pages.put(a.into, "speed", pages.table(heads, [cells(r) for r in rows]))
    return 0 if all(r.met for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Files of records: time and memory of whole processes, streamed and with --across, and a field of a gigabyte.

The records are made, with a fixed seed, of words that are made of syllables: one paragraph of 12 to 84 words each. For
--across every fifth says again, behind a sentence of its own, what one of those before it says.

    python benchmarks/containers/records.py --into benchmarks/README.md
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

import pages

MB = 1_000_000
FEW, MANY = 5_000, 20_000


@dataclass(frozen=True)
class Run:
    """One process: processor seconds of it and its children, greatest memory of one process in MB, exit code."""

    seconds: float
    memory: float
    code: int


def run(*args: str) -> Run:
    command = [sys.executable, "-m", "dedupe_cli", *args]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode)


def words(rng: random.Random) -> list[str]:
    parts = [a + b for a in "bdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "os", "un")]
    return ["".join(rng.choices(parts, k=rng.choice((1, 2, 2, 3)))) for _ in range(6000)]


def sentence(rng: random.Random, known: list[str]) -> str:
    return " ".join(rng.choices(known, k=rng.randint(6, 14))).capitalize() + "."


def records(path: Path, number: int, *, again: int = 0) -> int:
    """Write records, every ``again``th of them with a text that one before it has; return how many do."""
    rng = random.Random(4)
    known, texts, said = words(rng), [], 0
    with path.open("w", encoding="utf-8") as out:
        for at in range(number):
            text = " ".join(sentence(rng, known) for _ in range(rng.randint(2, 6)))
            if again and at and at % again == 0:
                text, said = f"{sentence(rng, known)}\n\n{rng.choice(texts)}", said + 1
            else:
                texts.append(text)
            out.write(json.dumps({"id": at, "text": text}) + "\n")
    return said


def field(path: Path, size: int) -> None:
    """Write a table whose first row is one quoted field of so many bytes, and a second row that repeats itself."""
    with path.open("w", encoding="utf-8") as out:
        out.write('text,id\n"')
        piece = ('The pump of the mill ran dry, and nobody said ""why"". ' * 20 + "\n") * 1000
        for _ in range(size // len(piece) + 1):
            out.write(piece)
        line = "The reading room opens at nine on weekdays and closes at six in the evening."
        out.write(f'",1\n"{line} {line}",2\n')


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tail(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(-size, os.SEEK_END)
        return file.read()


def streamed(folder: Path) -> list[list[str]]:
    rows, few, many = [], folder / "few.jsonl", folder / "many.jsonl"
    records(few, FEW)
    records(many, MANY)
    size = many.stat().st_size
    base = run("clean", str(few), "-j", "1", "-o", str(folder / "out"))
    digests = set()
    for jobs in ("1", "2"):
        own = run("clean", str(many), "-j", jobs, "-o", str(folder / f"out{jobs}"))
        digests.add(digest(folder / f"out{jobs}"))
        memory = f"{own.memory:.0f} MB, of {FEW:,} lines {base.memory:.0f} MB"
        time = f"{own.seconds:.0f} s, {1000 * own.seconds / MANY:.1f} ms a record"
        rows.append([f"{MANY:,} lines of JSON, {size / MB:.1f} MB, -j {jobs}", time, memory, f"exit {own.code}"])
    rows.append(["the same with -j 1 and -j 2", "", "", "the same bytes" if len(digests) == 1 else "**others**"])
    return rows


def compared(folder: Path) -> list[list[str]]:
    path, out = folder / "again.jsonl", folder / "out"
    records(path, 2)
    least = run("clean", "--across", str(path), "-o", str(out)).memory
    said = records(path, FEW, again=5)
    size = path.stat().st_size
    own = run("clean", "--across", "--min-length", "10", str(path), "-o", str(out))
    before, after = (
        [json.loads(line)["text"] for line in p.read_text(encoding="utf-8").splitlines()] for p in (path, out)
    )
    changed = {at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b}
    right = sum(after[at] == before[at].split("\n\n")[0] for at in changed if at % 5 == 0)
    what = f"{FEW:,} lines with --across, {size / MB:.1f} MB"
    time = f"{own.seconds:.0f} s, {1000 * own.seconds / FEW:.1f} ms a record"
    memory = f"{own.memory:.0f} MB: {least:.0f} MB and {(own.memory - least) * MB / size:.0f} times the file"
    return [[what, time, memory, f"{right} of {said} repeats went; {len(changed) - right} other records changed"]]


def huge(folder: Path, size: int) -> list[list[str]]:
    path, out = folder / "huge.csv", folder / "out"
    field(path, size)
    own = run("clean", str(path), "-o", str(out))
    shown = f"a table of {path.stat().st_size / 1e9:.2f} GB whose first row is one quoted field with lines of 1 kB"
    line = b"The reading room opens at nine on weekdays and closes at six in the evening."
    right = (
        tail(path, 400)[:200] == tail(out, 400 - len(line) - 1)[:200] and tail(out, len(line) + 4) == line + b'",2\n'
    )
    shorter = path.stat().st_size - out.stat().st_size == len(line) + 1
    said = "handed on; the next row is cleaned" if right and shorter else "**not as it should be**"
    return [[shown, f"{own.seconds:.1f} s", f"{own.memory:.0f} MB", f"{said}; exit {own.code}"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--field-size", type=int, default=1 << 30, help="bytes of the large field")
    parser.add_argument("--only", choices=["streamed", "compared", "huge"])
    parser.add_argument("--into", type=Path)
    args = parser.parse_args()
    parts = {"streamed": streamed, "compared": compared, "huge": lambda folder: huge(folder, args.field_size)}
    for name in [args.only] if args.only else list(parts):
        with tempfile.TemporaryDirectory() as folder:
            rows = parts[name](Path(folder))
        for row in rows:
            print(*row, sep=" | ", flush=True)
        if args.into:
            table = pages.table(["what", "processor time", "greatest memory", ""], rows)
            pages.put(args.into, f"records {name}", table)


if __name__ == "__main__":
    main()

"""Inputs that grow by the branches they reach (atheris), for a given time; every fault is kept as a file.

    pip install atheris
    nice -n 19 python benchmarks/robust/guided.py --seconds 1800 --seed 1 --out faults/
    python benchmarks/robust/guided.py --again faults/0001.bin        # one input again, with what went wrong

The first byte of an input says what the rest is: bytes of a file in some encoding, or the choices by which a text with
repeats is put together. What is checked is the same as in ``fuzz.py``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

with atheris.instrument_imports(include=["dedupe_cli"]):
    import fuzz

    import dedupe_cli.pipeline  # loaded late by the library, but to be watched
    import dedupe_cli.read.plan
    import dedupe_cli.render.plan  # noqa: F401
    from dedupe_cli.settings import make

from strategies import CHINESE, ENGLISH, MIXED, NEWLINES, ODD, SHORT

RAW = 64  # first bytes below this one: the rest is a file
LIMIT = 20.0
PIECES = (*ENGLISH[:3], *CHINESE[:3], MIXED[0], *SHORT, *NEWLINES, *ODD, " ", "", "的", "e", "7", "，")


def text_of(choices: bytes) -> str:
    """Put a text together: each byte takes a piece, or a stretch of what stands there already, whole or damaged."""
    out: list[str] = []
    places = iter(choices)
    for choice in places:
        if choice < len(PIECES):
            out.append(PIECES[choice])
        elif choice < 160 and out:
            out += out[-(1 + choice % 8) :]
        elif choice < 200 and out:
            again = out[next(places, 0) % len(out)]
            low = next(places, 0) % (len(again) + 1)
            out.append(again[low:])
        elif choice < 230 and out:
            again = out[next(places, 0) % len(out)]
            at = next(places, 0) % (len(again) + 1)
            out.append(again[:at] + PIECES[next(places, 0) % len(PIECES)] + again[at + 1 :])
        else:
            out.append(chr(0x4E00 + choice * 16 + next(places, 0)))
    return "".join(out)


def fault_of(data: bytes) -> tuple[str, str]:
    """Return what went wrong with one input, in short and in full; empty words if nothing."""
    if not data:
        return "", ""
    first, rest = data[0], data[1:]
    if first < RAW:
        return fuzz.outcome(fuzz.Example(rest, fuzz.CODECS[first % len(fuzz.CODECS)], make()), LIMIT)
    keep = ("best", "first", "last", "longest", "merged")[first % 5]
    settings = make(None, keep=keep, apply=("similar", "all", "exact")[first % 3])
    return fuzz.outcome(fuzz.Example(text_of(rest).encode("utf-8", "ignore"), "utf-8", settings), LIMIT)


def run(seconds: int, seed: int, out: Path) -> None:
    """Let atheris grow inputs until the time is up; it ends the process itself."""
    out.mkdir(parents=True, exist_ok=True)
    faults: Counter[str] = Counter()

    def one(data: bytes) -> None:
        fault, detail = fault_of(data)
        if fault:
            faults[fault] += 1
            if faults[fault] <= fuzz.LOGGED:
                name = out / f"{faults.total():04}.bin"
                name.write_bytes(data)
                print(f"{name}: {fault}\n{detail}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as corpus:
        for number, start in enumerate((bytes([200, *range(60)]), bytes([9, *b"a line\n" * 9]), bytes(range(64, 256)))):
            (Path(corpus) / str(number)).write_bytes(start)
        options = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=400", "-timeout=120", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], *options, corpus], one)
        atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("faults"))
    parser.add_argument("--again", type=Path, metavar="FILE")
    args = parser.parse_args()
    if args.again is None:
        run(args.seconds, args.seed, args.out)
        return 0
    fault, detail = fault_of(args.again.read_bytes())
    print(fault or "nothing wrong", detail, sep="\n")
    return int(bool(fault))


if __name__ == "__main__":
    raise SystemExit(main())

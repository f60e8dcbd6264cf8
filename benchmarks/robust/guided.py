"""Inputs that grow by the branches they reach (atheris), for a given time; every fault is kept as a file.

    pip install atheris
    nice -n 19 python benchmarks/robust/guided.py --seconds 1800 --seed 1 --out faults/
    python benchmarks/robust/guided.py --again faults/0001.bin        # one input again, with what went wrong

Atheris keeps something of every input: when ``--memory`` is used up, a new process goes on with the inputs so far, which it
tries once more first. At the end a line says what came out.

The first byte of an input says what the rest is: bytes of a file in some encoding, or the choices by which a text with
repeats is put together. What is checked is the same as in ``fuzz.py``.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
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
# Atheris keeps some 1.7 MB of every input that it tries: when so much (MB) is used, a new process goes on.
MEMORY = 6144
# What one input may take besides (MB).
AT_ONCE = 2048
# The code of a process whose memory is full, and names in the folder of a run.
FULL, CORPUS, DONE = 42, "corpus", "done"
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


def part(seconds: int, seed: int, out: Path, memory: int, folder: Path) -> None:
    """Let atheris grow inputs until the time is up or the memory full; this ends the process."""
    before = len(list(out.glob("*.bin")))
    faults: Counter[str] = Counter()
    done = (folder / DONE).open("ab", buffering=0)

    def one(data: bytes) -> None:
        fault, detail = fault_of(data)
        done.write(b"!" if fault else b".")
        if fault:
            faults[fault] += 1
            if faults[fault] <= fuzz.LOGGED:
                name = out / f"{before + faults.total():04}.bin"
                name.write_bytes(data)
                print(f"{name}: {fault}\n{detail}", file=sys.stderr, flush=True)
        if memory and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > memory * 1024:
            os._exit(FULL)

    # What one input takes at once is a fault of its own.
    limit = memory + AT_ONCE if memory else 0
    options = [f"-max_total_time={seconds}", f"-seed={seed}", f"-rss_limit_mb={limit}", f"-artifact_prefix={out}/"]
    atheris.Setup([sys.argv[0], *options, "-max_len=400", "-timeout=120", str(folder / CORPUS)], one)
    atheris.Fuzz()


def run(seconds: int, seed: int, out: Path, memory: int) -> int:
    """Grow inputs for a time, in a new process with the inputs so far whenever the memory is full; say what came out."""
    out.mkdir(parents=True, exist_ok=True)
    began, parts, again, code = time.monotonic(), 0, 0, FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / CORPUS
        corpus.mkdir()
        for number, start in enumerate((bytes([200, *range(60)]), bytes([9, *b"a line\n" * 9]), bytes(range(64, 256)))):
            (corpus / str(number)).write_bytes(start)
        while code == FULL and (left := round(began + seconds - time.monotonic())) > 0:
            again += len(list(corpus.iterdir())) if parts else 0
            given = {"seconds": left, "seed": seed + parts, "out": out, "memory": memory, "part": folder}
            words = [word for key, value in given.items() for word in (f"--{key}", str(value))]
            code = subprocess.run([sys.executable, __file__, *words], check=False).returncode
            parts += 1
        done = (folder / DONE).read_bytes()
        kept = len(list(corpus.iterdir()))
    print(
        f"seed {seed}: {len(done) - again} inputs ({kept} of them reached something new) in {time.monotonic() - began:.0f} s; "
        f"processes: {parts}; {again} inputs once more; {done.count(b'!')} faults"
    )
    if code not in {0, FULL}:
        print(f"ended early with code {code}: too slow or too large an input, see {out}")
    return int(code not in {0, FULL} or b"!" in done)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("faults"))
    parser.add_argument(
        "--memory", type=int, default=MEMORY, metavar="MB", help="of one process; 0: no limit (default: %(default)s)"
    )
    parser.add_argument(
        "--part", type=Path, help=argparse.SUPPRESS
    )  # the folder of a run that this process is a part of
    parser.add_argument("--again", type=Path, metavar="FILE")
    args = parser.parse_args()
    if args.part is not None:
        part(args.seconds, args.seed, args.out, args.memory, args.part)
        return 0
    if args.again is None:
        return run(args.seconds, args.seed, args.out, args.memory)
    fault, detail = fault_of(args.again.read_bytes())
    print(fault or "nothing wrong", detail, sep="\n")
    return int(bool(fault))


if __name__ == "__main__":
    raise SystemExit(main())

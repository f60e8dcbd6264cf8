"""Others that look for repeats in one text, beside `dedupe clean`: processor time of whole processes, and what is left.

    python -m pip install '.[bench]'
    python benchmarks/speed/beside.py --zh DIR ... --en DIR ... --into benchmarks/README.md

3 MB: real texts up to half of it, and all of them again in another order. 8,000 lines: lines of the same texts, every
fourth of them said again far away, letter for letter or with look-alikes at 3 %. What is left is the share of the windows
of forty letters or digits that stood before in what the program wrote: the same measure for all, and no program's own.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "quality")]

import corpus  # noqa: E402
import pages  # noqa: E402
import peers as others  # noqa: E402  (quality/peers.py: how each is called)
from noise import alphabet, spoil_text  # noqa: E402
from run import MB, best  # noqa: E402

LINES, WINDOW = 8000, 40
# Other programs are stopped by their processor time, and by the clock after so many times as long.
CLOCK = 10
# Times that this program has to be faster.
BOUNDS = {"duptextfinder": 15.0, "near-dupes": 2.0, "ratio": 15.0}


def left(text: str) -> float:
    """Share of the windows of letters and digits that stood before."""
    letters = "".join(c for c in text if c.isalnum())
    windows = [letters[at : at + WINDOW] for at in range(len(letters) - WINDOW + 1)]
    return 1 - len(set(windows)) / len(windows) if windows else 0.0


def twice(texts: list[str], size: int) -> str:
    """Return texts up to half of ``size`` bytes, and all of them again in another order."""
    half: list[str] = []
    length = 0
    for text in texts:
        if length >= size // 2:
            break
        half.append(text)
        length += len(text.encode())
    return corpus.reused(half, size)


def lines(texts: list[str], seed: int = 5) -> str:
    """Return a list of lines, a fifth of which stood before."""
    rng = random.Random(seed)
    every = list(dict.fromkeys(line.strip() for text in texts for line in text.split("\n") if len(line.strip()) > 40))
    rng.shuffle(every)
    first = every[: LINES * 4 // 5]
    abc = alphabet("".join(first))
    again = [spoil_text(line, rng, "ocr", 0.03, abc) if at % 2 else line for at, line in enumerate(first[::4])]
    rng.shuffle(again)
    return "\n".join([*first, *(line.replace("\n", " ") for line in again)]) + "\n"


def own(text: str, options: list[str], folder: Path, a: argparse.Namespace) -> tuple[float | None, float]:
    """Run this program on a text; return the seconds that it took, none when it was stopped, and what it left."""
    path, out = folder / "in.txt", folder / "own.txt"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "dedupe_cli", "clean", "--isolated", *options, str(path), "-o", str(out)]
    run = best(command, argparse.Namespace(rounds=a.rounds, limit=CLOCK * a.limit))
    return run.seconds, left(out.read_text(encoding="utf-8")) if run.seconds is not None else 1.0


def row(what: str, name: str, mine: tuple[float | None, float], folder: Path, a: argparse.Namespace) -> list[str]:
    """Run another program on the text that this one was run on."""
    took, own_left = mine
    bound = f"≥ {BOUNDS[name]:g} times as fast, not more left"
    if took is None:
        return [what, name, "stopped or failed", "", "", "", "", bound, "**missed**"]
    out = folder / "out.txt"
    command = [sys.executable, __file__, "--limit", str(a.limit), "--run", name, str(folder / "in.txt"), str(out)]
    other = best(command, argparse.Namespace(rounds=a.rounds, limit=CLOCK * a.limit))
    stopped = other.seconds is None
    seconds = a.limit if other.seconds is None else other.seconds
    other_left = "" if stopped else f"{left(out.read_text(encoding='utf-8')):.4f}"
    met = seconds >= BOUNDS[name] * took and (stopped or own_left <= float(other_left))
    return [
        what,
        name,
        f"{took:.1f} s",
        f"more than {seconds:.0f} s" if stopped else f"{seconds:.1f} s",
        f"{seconds / took:.1f}",
        f"{own_left:.4f}",
        other_left,
        bound,
        "met" if met else "**missed**",
    ]


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--zh", type=Path, nargs="*", default=[])
    ap.add_argument("--en", type=Path, nargs="*", default=[])
    ap.add_argument("--size", type=int, default=3 * MB)
    ap.add_argument(
        "--limit", type=float, default=200.0, help="processor seconds after which another program is stopped"
    )
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--run", nargs=3, metavar=("PEER", "IN", "OUT"), help="be one of the others")
    ap.add_argument("--into", type=Path, help="Markdown page whose table is replaced, between its marks")
    a = ap.parse_args()
    if a.run:
        name, source, out = a.run
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(a.limit), math.ceil(a.limit)))
        program = others.PEERS[name]
        assert not isinstance(program, str)
        Path(out).write_text(program(Path(source).read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    rows = []
    with tempfile.TemporaryDirectory(prefix="dedupe-peers-") as name:
        for language, folders in (("Chinese", a.zh), ("English", a.en)):
            if folders:
                texts = corpus.ground(folders)
                folder, what = Path(name), f"{a.size / MB:g} MB of {language}"
                mine = own(twice(texts, a.size), [], folder, a)
                rows += [row(what, other, mine, folder, a) for other in ("duptextfinder", "ratio")]
                mine = own(lines(texts), ["--unit", "line"], folder, a)
                rows.append(row(f"{LINES:,} lines of {language}", "near-dupes", mine, folder, a))
                print(*(" | ".join(r) for r in rows[-3:]), sep="\n", flush=True)
    heads = ["text", "other", "dedupe", "other's time", "times", "left", "other's left", "bound", ""]
    if a.into:
        pages.put(a.into, "speed-peers", pages.table(heads, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())

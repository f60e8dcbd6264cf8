"""Whole texts, and large parts of them, stand twice in one stroke: what comes out is what comes out of them once.

    python benchmarks/decide/twice.py --texts ../shared/data/published --n 300
    python benchmarks/decide/twice.py --texts DIR --form markdown --show 20

before   of the texts, the share that comes out as it does without the paste
lost     of the letters and digits that come out without the paste, the share that is missing with it (as a multiset)
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from bisect import bisect_left
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from difflib import unified_diff
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from measure import engine

if TYPE_CHECKING:
    from collections.abc import Callable

ENDINGS = {"plain": "*/*.txt", "markdown": "*/*.md"}
LEAST, MOST = 300, 60_000
FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
GAP = re.compile(r"\n(?:[ \t]*\n)+(?=\S)")


def places(text: str) -> list[int]:
    """Where paragraphs begin, but for the first one; not inside of a fence."""
    fences = [found.start() for found in FENCE.finditer(text)]
    return [found.end() for found in GAP.finditer(text) if bisect_left(fences, found.end()) % 2 == 0]


def cut(text: str, share: float) -> int:
    """Where the paragraph begins that is nearest to a share of a text."""
    return min(places(text) or [0], key=lambda at: abs(at - share * len(text)))


def each(text: str) -> str:
    whole = text.rstrip("\n") + "\n\n"
    return "".join(whole[a:b] * 2 for a, b in pairwise([0, *places(whole), len(whole)])).rstrip("\n") + "\n"


def half_behind(text: str) -> str:
    return text + "\n" + text[: cut(text, 0.5)]


def half_at_once(text: str) -> str:
    at = cut(text, 0.5)
    return text[:at] + text[:at] + text[at:]


def third_elsewhere(text: str) -> str:
    first, last, to = cut(text, 0.2), cut(text, 0.5), cut(text, 0.8)
    return text[:to] + text[first:last] + text[to:]


SHAPES: dict[str, Callable[[str], str]] = {
    "twice": lambda text: text + "\n" + text,
    "three times": lambda text: "\n".join([text] * 3),
    "first half again at the end": half_behind,
    "first half twice at once": half_at_once,
    "a third again elsewhere": third_elsewhere,
    "each paragraph twice": each,
}


class Row(NamedTuple):
    path: Path
    before: bool
    lost: int
    letters: int
    changes: list[str]


def row(path: Path, form: str, shape: str) -> Row | None:
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    if not LEAST <= len(text) <= MOST:
        return None
    base, out = (engine(each, form).rstrip("\n") for each in (text, SHAPES[shape](text)))
    mine, other = (Counter(filter(str.isalnum, each)) for each in (base, out))
    changes = list(unified_diff(base.split("\n"), out.split("\n"), lineterm="", n=1))[2:]
    return Row(path, base == out, (mine - other).total(), mine.total(), changes)


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--texts", type=Path, nargs="+", required=True, help="folders with <kind>/*.txt|md")
    ap.add_argument("--form", choices=ENDINGS, default="plain")
    ap.add_argument("--shapes", nargs="*", choices=SHAPES, default=list(SHAPES))
    ap.add_argument("--n", type=int, default=300, help="files at most; those of another size are left out")
    ap.add_argument("--seed", type=int, default=4)
    ap.add_argument("--show", type=int, default=0, metavar="N", help="print so many lines of what differs in a text")
    args = ap.parse_args()
    files = sorted(path for folder in args.texts for path in folder.glob(ENDINGS[args.form]))
    random.Random(args.seed).shuffle(files)
    print(f"{args.form:32}{'texts':>6}{'before':>8}{'lost':>9}")
    with ProcessPoolExecutor(2) as pool:
        for shape in args.shapes:
            found = [r for r in pool.map(partial(row, form=args.form, shape=shape), files[: args.n]) if r is not None]
            lost = sum(r.lost for r in found) / max(sum(r.letters for r in found), 1)
            print(f"{shape:32}{len(found):6}{sum(r.before for r in found) / max(len(found), 1):8.3f}{lost:9.5f}")
            for r in found if args.show else ():
                if not r.before:
                    print(
                        f"  {r.path}: {r.lost} lost",
                        *(f"    {line[:110]}" for line in r.changes[: args.show]),
                        sep="\n",
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The same table for others that run here, called through their public interfaces, as Markdown.

    python -m pip install '.[bench]'
    python benchmarks/quality/peers.py --n 20

awk             ``awk '!seen[$0]++'``: a line that stood before goes
ratio           a paragraph goes when rapidfuzz ``ratio`` with an earlier one is 85 or more
near-dupes      ``near_dupes.dedupe`` of the paragraphs, its defaults
duptextfinder   paragraph by paragraph, fingerprints of 15 characters as its documentation shows; what it finds goes
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cleaners
import pages
import suites
from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Callable

SETS = [
    "inject",
    "inject-loops",
    "variants",
    "noisyvariants",
    "pan",
    "ocr",
    "loops",
    "captions",
    "whole",
    "tang",
]
AWK = "awk '!seen[$0]++' {in} > {out}"


def paragraphs(text: str) -> tuple[list[str], str]:
    """Paragraphs on blank lines, lines where there are none, and what stood between them."""
    glue = "\n\n" if "\n\n" in text.strip() else "\n"
    return text.rstrip("\n").split(glue), glue


def ratio(text: str) -> str:
    parts, glue = paragraphs(text)
    kept: list[str] = []
    for p in parts:
        if not kept or process.extractOne(p, kept, scorer=fuzz.ratio, score_cutoff=85) is None:
            kept.append(p)
    return glue.join(kept) + "\n"


def near_dupes(text: str) -> str:
    import near_dupes as module  # noqa: PLC0415  (extra "bench")

    parts, glue = paragraphs(text)
    return glue.join(module.dedupe(parts, kind="text")) + "\n"


def duptextfinder(text: str) -> str:
    import duptextfinder as module  # noqa: PLC0415  (extra "bench")

    finder = module.DuplicateFinder(module.CharFingerprintBuilder(fingerprintLength=15), minDuplicateLength=15)
    parts, glue = paragraphs(text)
    out = []
    for i, p in enumerate(parts):
        kept = [True] * len(p)
        for found in finder.findDuplicates(f"p{i}", p):
            span = found.targetSpan
            kept[span.start : span.end] = [False] * (span.end - span.start)
        out.append("".join(c for c, k in zip(p, kept, strict=True) if k))
    return re.sub("\n{3,}", "\n\n", glue.join(out)) + "\n"


PEERS: dict[str, Callable[[str], str] | str] = {
    "dedupe": cleaners.engine,
    "awk": AWK,
    "ratio": ratio,
    "near-dupes": near_dupes,
    "duptextfinder": duptextfinder,
}


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=Path("../shared"))
    ap.add_argument("--sets", nargs="*", default=SETS)
    ap.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    ap.add_argument("--n", type=int, default=40)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--half", choices=("dev", "held"), default="held")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--into", type=Path, help="write the table into a Markdown page, between its marks")
    a = ap.parse_args()
    built = suites.build(a.shared, a.sets, n=a.n, seed=a.seed, half=a.half)
    texts = [t for s in built for t in s.texts]
    columns = {}
    for name in a.peers:
        done = cleaners.clean_all(texts, PEERS[name], jobs=a.jobs)
        if done.errors:
            print(f"{name}: {done.errors.most_common(2)}", file=sys.stderr)
        columns[name] = [r for s in built for r in s.judge([done.outputs[t] for t in s.texts])]
    rows = []
    for cells in zip(*columns.values(), strict=True):
        r = cells[0]
        if r.bound is not None or (r.suite == "inject-loops" and not r.what.startswith(" ")):
            bound = "" if r.bound is None else f"{'≥' if r.least else '≤'} {r.bound:g}"
            values = [f"**{c.value:.4f}**" if c.met else f"{c.value:.4f}" for c in cells]
            rows.append([r.suite, r.what.strip(), bound, *values])
    body = pages.table(["set", "figure", "bound", *columns], rows)
    print(body, end="")
    if a.into:
        pages.put(a.into, "peers", body)
    return 0


if __name__ == "__main__":
    sys.exit(main())

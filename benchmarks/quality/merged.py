"""How good the text is that noisy copies vote for: ``--keep merged``.

    python benchmarks/quality/merged.py --n 40 --seed 5
    python benchmarks/quality/merged.py --copies 5 --rates .05 --model ocr --worst 3

Each text is one paragraph of a ground text, said several times with errors of its own each time, other paragraphs
between. Counted are the edits (Levenshtein) between what stays and the paragraph without errors: of the first copy,
of the best one, of an average one, and of the text that the vote makes; then the share of texts of which just one
copy stays, and the share of an average copy's errors that is left, with its bound. Exit 1 when it is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

from inject import ground
from noise import MODELS, alphabet, spoil_text
from rapidfuzz.distance import Levenshtein

from dedupe_cli import clean, plan

# Errors left for each one of an average copy, at so many copies and this rate: the target of issue 2.
BOUND_COPIES, BOUND_RATE, BOUND = 5, 0.05, 0.2
# Lengths of the paragraphs, in characters.
LENGTHS = range(120, 1500)


@dataclass
class Row:
    """Sums over the texts of one language, number of copies and rate."""

    texts: int = 0
    alone: int = 0
    first: int = 0
    best: int = 0
    mean: float = 0.0
    merged: int = 0
    again: int = 0
    worst: list[tuple[int, str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Errors left for each one of an average copy."""
        return self.merged / self.mean if self.mean else 0.0


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with clean_zh and clean_en")
    ap.add_argument("--n", type=int, default=40, help="texts a row")
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--half", choices=("dev", "held"), default="dev")
    ap.add_argument("--model", choices=MODELS, default="random")
    ap.add_argument("--lang", nargs="*", default=["zh", "en"])
    ap.add_argument("--copies", nargs="*", type=int, default=[3, 5, 9])
    ap.add_argument("--rates", nargs="*", type=float, default=[0.01, 0.03, 0.05, 0.10])
    ap.add_argument("--worst", type=int, default=0, help="show so many of the worst texts of each row")
    return ap.parse_args()


def measure(a: argparse.Namespace, lang: str, copies: int, rate: float) -> Row:
    """Score one row; the same arguments give the same texts."""
    paras = [p.strip() for text in ground(a.data, lang, a.half) for p in text if len(p.strip()) in LENGTHS]
    paras = [p for p in dict.fromkeys(paras) if "\n" not in p]
    rng = random.Random(f"{a.seed} {a.half} {lang} {copies} {rate} {a.model}")
    abc = alphabet("".join(paras))
    row = Row()
    for right in rng.sample(paras, min(a.n, len(paras))):
        said = [spoil_text(right, rng, a.model, rate, abc) for _ in range(copies)]
        between = rng.sample([p for p in paras if p != right], copies)
        score(row, right, said, "\n\n".join(x for pair in zip(said, between, strict=True) for x in pair) + "\n")
    row.worst.sort(reverse=True)
    return row


def score(row: Row, right: str, said: list[str], text: str) -> None:
    """Add one text: only those of which all copies but one go tell how good the vote is."""
    row.texts += 1
    out = clean(text, keep="merged")
    row.again += clean(out, keep="merged") != out
    gone = [e for e in plan(text, keep="merged").edits if not e.replacement]
    starts = [sum(len(p) + 2 for p in text.split("\n\n")[: 2 * i]) for i in range(len(said))]
    left = [
        i
        for i, s in enumerate(starts)
        if not any(e.span.start <= s + 1 and s + len(said[i]) - 1 <= e.span.end for e in gone)
    ]
    if len(left) != 1:
        return
    merged = min(out.split("\n\n"), key=lambda p: Levenshtein.distance(p, right))
    errors = [Levenshtein.distance(copy, right) for copy in said]
    after = Levenshtein.distance(merged.strip(), right)
    row.alone += 1
    row.first += errors[0]
    row.best += min(errors)
    row.mean += sum(errors) / len(errors)
    row.merged += after
    row.worst.append((after, right, said[left[0]], merged.strip()))


def main() -> int:
    a = arguments()
    print("| language | copies | errors | one stays | first | average | best | merged | share | bound |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    missed = False
    for lang in a.lang:
        for copies in a.copies:
            for rate in a.rates:
                row = measure(a, lang, copies, rate)
                bound = BOUND if (copies, rate) == (BOUND_COPIES, BOUND_RATE) else None
                missed |= bound is not None and (row.share > bound or not row.alone)
                missed |= row.again > 0
                cells = (
                    lang,
                    copies,
                    f"{rate:.0%}",
                    f"{row.alone}/{row.texts}",
                    row.first,
                    f"{row.mean:.0f}",
                    row.best,
                    row.merged,
                )
                print(
                    f"| {' | '.join(map(str, cells))} | {row.share:.3f} | {f'≤ {bound}' if bound else ''} |",
                    flush=True,
                )
                for left, right, kept, merged in row.worst[: a.worst]:
                    print(f"\n{left} left\n  right  {right}\n  kept   {kept}\n  merged {merged}\n")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

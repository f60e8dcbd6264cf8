"""What each piece of evidence, each guard and each veto is worth: all figures again, with one of them switched off.

    python benchmarks/decide/ablation.py --shared ../shared --n 20 --into benchmarks/README.md

Evidence weighs nothing, a guard keeps nothing, a veto of the judge holds nothing; the other weights stay as they are.
The texts are those of ``run.py`` (plain), the cuts those of ``published.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

import published
from measure import left, measured
from pages import put, table
from pastes import files
from pastes import pages as pasted

from dedupe_cli.decide import weights
from dedupe_cli.decide.guards import table as guards
from dedupe_cli.judge.vetoes import Vetoes

RATES = (0.0, 0.03)
VETOES: dict[str, tuple[str, Callable[..., Any]]] = {
    "words exchanged": ("exchanged", lambda _self, _pair, judged: [False] * len(judged)),
    "entries of a form": ("entries", lambda _self, judged: [False] * len(judged)),
    "other signs in an equal text": ("signs", lambda _self, _pair: []),
    "operators, options": ("is_meant", lambda _self, _block, *, signs: False),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is left and lost (shares of the letters pasted and of those said once), by language and noise; cuts."""

    left: tuple[float, ...]
    lost: tuple[float, ...]
    stale: float
    cuts: float


@contextmanager
def without(kind: str, name: str) -> Iterator[None]:
    """Switch one piece off in this process and in those that are forked from it."""
    if kind == "evidence":
        with mock.patch.dict(weights.BLOCKS, {name: 0.0}), mock.patch.dict(weights.STRETCH, {name: 0.0}):
            yield
    elif kind == "guard":
        with mock.patch.object(guards, "GUARDS", tuple(guard for guard in guards.GUARDS if guard[0] != name)):
            yield
    elif kind == "veto":
        with mock.patch.object(Vetoes, *VETOES[name]):
            yield
    else:
        yield


def switches() -> Iterator[tuple[str, str]]:
    """Nothing, then each piece that can be switched off."""
    yield "", "nothing"
    yield from (("evidence", name) for name in sorted({*weights.BLOCKS, *weights.STRETCH} - {"base"}))
    yield from (("guard", name) for name, _ in guards.GUARDS)
    yield from (("veto", name) for name in VETOES)


def figures(jobs: list[Any], texts: list[Path], processes: int) -> Figures:
    """Measure everything once, in processes that are forked from this one as it is."""
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        rows = [row for found in pool.map(measured, jobs) for row in found]
        cuts = list(pool.map(published.cuts, texts, chunksize=4))
    some = [[row for row in rows if (row.lang, row.rate) == (lang, rate)] for lang in ("zh", "en") for rate in RATES]
    stale = [kept for row in rows for _, kept, _ in row.stale]
    return Figures(
        tuple(map(left, some)),
        tuple(sum(row.lost for row in mine) / max(1, sum(row.once for row in mine)) for mine in some),
        sum(stale) / max(1, len(stale)),
        1e6 * sum(len(found) for _, _, found in cuts) / sum(size for size, _, _ in cuts),
    )


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with data/published/<kind>/")
    ap.add_argument("--texts", type=Path, nargs="*", help="other folders with <kind>/*.txt|md, instead")
    ap.add_argument("--half", choices=("fit", "held", "all"), default="held")
    ap.add_argument("--n", type=int, default=20, help="texts a language")
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--only", choices=("evidence", "guard", "veto"))
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--into", type=Path, help="Markdown page whose table is replaced, between its marks")
    a = ap.parse_args()
    folders = a.texts or [a.shared / "data" / "published"]
    made = [p for lang in ("zh", "en") for p in pasted(folders, lang, "plain", a.n, half=a.half, seed=a.seed)]
    jobs = [(p, RATES, "", 60, "") for p in made]
    texts = [path for found in files(folders, a.half).values() for path in found]
    head = ["switched off", "", "left: zh 0 %", "3 %", "en 0 %", "3 %", "lost, worst", "stale stay", "cuts a million"]
    rows: list[list[str]] = []
    for kind, name in switches():
        if kind and a.only not in {None, kind}:
            continue
        with without(kind, name):
            found = figures(jobs, texts, a.jobs)
        numbers = [f"{x:.3f}" for x in found.left] + [
            f"{max(found.lost):.5f}",
            f"{found.stale:.3f}",
            f"{found.cuts:.1f}",
        ]
        rows.append([name, kind, *numbers])
        print(" | ".join(rows[-1]), flush=True)
    if a.into:
        put(a.into, "ablation", body(head, rows))
    return 0


def body(head: list[str], rows: list[list[str]]) -> str:
    """A table of what changes something, and the names of what changes nothing on these texts."""
    base = rows[0]
    some = [row for row in rows[1:] if row[2:] != base[2:]]
    others = [row[0] for row in rows[1:] if row[2:] == base[2:]]
    return table(head, [base, *some]) + f"\nNothing changes without: {', '.join(others)}.\n"


if __name__ == "__main__":
    sys.exit(main())

"""Sets of texts with the judgement of what comes out: injected repeats, the shared scorer's sets and their mirrors.

A suite is built before anything is cleaned: it holds the texts, and turns their outputs into rows.
"""

from __future__ import annotations

import argparse
import atexit
import importlib.util
import shutil
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import inject
import mirror
from labels import Case, score

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

# Left at 0, 1, 3, 10 % noise; said once and lost.
LEFT = {0.0: 0.002, 0.01: 0.005, 0.03: 0.004, 0.10: 0.007}
LOST = 0.0002
SHARED = ("variants", "noisyvariants", "pan", "ocr", "loops", "captions", "whole", "tang")
MIRRORED_BOUNDS = {"kept at 1 % errors": 0.90, "kept at 3 % errors": 0.70}


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; ``bound`` is None where the figure is only shown."""

    suite: str
    what: str
    value: float
    bound: float | None = None
    least: bool = False

    @property
    def met(self) -> bool | None:
        if self.bound is None:
            return None
        return self.value >= self.bound if self.least else self.value <= self.bound


@dataclass(slots=True)
class Suite:
    name: str
    texts: list[str]
    judge: Callable[[list[str]], list[Row]]
    cases: list[Case] = field(default_factory=list)
    data: Path = Path()
    seed: int = 0
    n: int = 0


def load_shared(shared: Path) -> ModuleType:
    """The verdict's scorer, by path."""
    spec = importlib.util.spec_from_file_location("shared_quality", shared / "eval" / "quality.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / "eval" / "quality.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shared_suite(quality: Any, key: str, data: Path, n: int, seed: int, *, mirrored: bool = False) -> Suite:
    """One set of the shared scorer. A first pass collects its texts, a second one judges the outputs."""
    name = f"mirror-{key}" if mirrored else key
    a = argparse.Namespace(cmd="", n=n, seed=seed, timeout=0)
    texts: list[str] = []

    def note(_cmd: str, text: str, _timeout: float) -> tuple[str, float]:
        texts.append(text)
        return text, 0.0

    quality.run = note
    quality.SETS[key](a, data)

    def judge(outputs: list[str]) -> list[Row]:
        answers = iter(outputs)
        quality.run = lambda *_: (next(answers), 0.0)
        result = quality.SETS[key](a, data)
        rows = [_target(name, t, result, mirrored=mirrored) for t in quality.TARGETS if t[0] == key]
        shown = [
            Row(name, f"  {k}: {m}" if isinstance(v, dict) else f"  {k}", x)
            for k, v in result.items()
            for m, x in _numbers(v)
        ]
        return [r for r in rows if r is not None] + shown

    return Suite(name, texts, judge, data=data, seed=seed, n=n)


def _numbers(value: Any) -> list[tuple[str, float]]:
    if isinstance(value, dict):
        return [(k, float(v)) for k, v in value.items() if v is not None]
    if isinstance(value, str):
        good, _, total = value.partition("/")
        return [("", int(good) / int(total))]
    return [("", float(value))]


def _target(name: str, target: Any, result: Any, *, mirrored: bool) -> Row | None:
    """A bound of the scorer read from a result; a mirrored set may miss by twice as much."""
    _, what, read, bound = target
    try:
        value = read(result)
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        return None
    least = str(bound)[0] != "-"
    limit = abs(bound)
    if mirrored:
        limit = MIRRORED_BOUNDS.get(what, 1 - 2 * (1 - limit) if least else 2 * limit)
    return Row(name, what, value, round(limit, 6), least)


def injected_suite(name: str, cells: list[tuple[list[Case], str, bool]]) -> Suite:
    """Injected repeats; a cell is (cases, label, has a bound)."""
    cases = [c for cell, _, _ in cells for c in cell]

    def judge(outputs: list[str]) -> list[Row]:
        answers = iter(outputs)
        rows: list[Row] = []
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        for cell, label, bound in cells:
            total: Counter[str] = Counter()
            for c in cell:
                for kind, counts in score(c, next(answers)).counts.items():
                    total.update(counts)
                    kinds[f"{c.lang} {kind}"].update(counts)
            if not cell:
                continue
            left = total["left"] / max(1, total["repeat"])
            lost = total["lost"] / max(1, total["once"])
            rate = cell[0].rate
            rows += [
                Row(name, f"{label} left", left, LEFT[rate] if bound else None),
                Row(name, f"{label} lost", lost, LOST if bound else None),
            ]
        for kind, c in sorted(kinds.items()):
            if c["repeat"]:
                rows.append(Row(name, f"  {kind}: left", c["left"] / c["repeat"]))
            rows.append(Row(name, f"  {kind}: lost", c["lost"] / max(1, c["once"])))
        return rows

    return Suite(name, [c.text for c in cases], judge, cases)


def injected(data: Path, n: int, seed: int, half: str) -> list[Suite]:
    def cell(lang: str, rate: float, count: int, model: str = "random", *, extra: bool = False) -> list[Case]:
        return inject.cases(data, lang, rate, count, seed=seed, model=model, half=half, extra=extra)

    langs = ("zh", "en")
    main = [(cell(lang, rate, n), f"{lang} {rate:.0%}", True) for lang in langs for rate in LEFT]
    some = max(4, n // 3)
    models = [
        (cell(lang, 0.03, some, m), f"{lang} 3% {m}", False) for lang in langs for m in ("ocr", "swap", "drop", "add")
    ]
    extra = [(cell(lang, rate, some, extra=True), f"{lang} {rate:.0%}", False) for lang in langs for rate in LEFT]
    return [
        injected_suite("inject", main),
        injected_suite("inject-models", models),
        injected_suite("inject-loops", extra),
    ]


NAMES = ("inject", "inject-models", "inject-loops", *SHARED, *(f"mirror-{s}" for s in SHARED))


def build(shared: Path, wanted: list[str], *, n: int, seed: int, half: str) -> list[Suite]:
    """The suites that are asked for, in a fixed order."""
    data = shared / "data"
    quality = load_shared(shared)
    out = (
        [s for s in injected(data, n, seed, half) if s.name in wanted]
        if any(w.startswith("inject") for w in wanted)
        else []
    )
    out += [shared_suite(quality, s, data, n, seed) for s in SHARED if s in wanted]
    mirrors = [s for s in SHARED if f"mirror-{s}" in wanted]
    if mirrors:
        folder = Path(tempfile.mkdtemp(prefix="dedupe-quality-"))  # read again by every judgement
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        mirror.write(data, folder, n=n, seed=seed, half=half, sets=mirrors)
        out += [shared_suite(quality, s, folder, n, seed, mirrored=True) for s in mirrors]
    return out

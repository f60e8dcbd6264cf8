"""What a run would do, told from a sample: which share goes, how long it takes, how much disk it needs meanwhile.

The sample is a part of the rows, each drawn by itself, in one pass over the files that parses no other row; it goes
through all steps of a run. What stands once in the sample may have its copies outside, so how many rows go is told from
how many groups have one, two, three places in it: the sizes of groups that make this likely, and among all that make it
nearly as likely those with most and fewest groups (maximum likelihood of a mixture, by expectation maximization, as
species that were not seen are reckoned: Norris and Pollock 1998).
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import sqrt
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow.compute as pc

from dedupe_cli.corpus import engine
from dedupe_cli.corpus.execute import planned, work
from dedupe_cli.corpus.files import find_files
from dedupe_cli.corpus.options import Options
from dedupe_cli.corpus.rows import Fields, Row, rows
from dedupe_cli.corpus.tables import write_tables

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from dedupe_cli.corpus.job import Job, Progress

    Floats = NDArray[np.float64]

# Characters of a sample, by what is done with them: some seconds each.
SAMPLE = {"document": 32 << 20, "inside": 12 << 20, "passage": 6 << 20}
# Rows that are run alone, to know what takes the same time whatever the data.
_FEW = 100
# Groups with more places in the sample are as large as these say. Sizes of groups that are looked at, each so many
# times the one before; steps of the fit; how much less likely (in logarithms) what bounds the spread may be.
_SEEN, _GROWTH, _FITS, _DOUBT = 20, 1.3, 2000, 4.0
# Steps whose work grows with what goes; that of the others grows with the rows.
_PAIRED = ("scores", "cuts", "stretches-")
# The same run takes so much longer or shorter another time.
_TIMES = 1.25


class Spread(NamedTuple):
    """Between what a value is likely to lie."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run over ``rows`` rows (``size`` bytes of files) would do, told from ``sampled`` of them.

    ``removed`` is the share of the rows that goes, ``cut`` that of the text (with those rows, and out of others);
    ``seconds`` by the clock of this machine, ``disk`` in bytes while it runs.
    """

    rows: int
    size: int
    sampled: int
    removed: Spread
    cut: Spread
    seconds: Spread
    disk: Spread


def estimate(
    sources: Iterable[str],
    options: Options | None = None,
    *,
    references: Iterable[str] = (),
    index: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Estimate:
    """Tell from a sample what :func:`run` would do; nothing stays on the disk, and nothing is added to an index.

    Raises errors of :mod:`dedupe_cli.errors`, as a run would.
    """
    options, references, tell = options or Options(), list(references), progress or (lambda *_: None)
    data = planned(sources, references, options, index=index)
    sample = _Sample(min(SAMPLE[level] for level in (*options.level, *["passage"] * options.shares)))
    fields = Fields.of(options)
    for file in data.written:
        for row in rows(file, fields, sample.wants):
            sample.add(row)
            tell("sample", sample.rows, max(data.rows, sample.rows))
    engine.start(options)
    mine = replace(options, field="text", id_field="id", mode="remove", max_copies=1, dup_count=False)
    mine = replace(mine, within=options.within and "scope", keep="value" if options.keep_field else options.keep)
    with tempfile.TemporaryDirectory(prefix="dedupe-") as place:
        runs = []
        for name, lines in (("few", sample.lines[:_FEW]), ("sample", sample.lines)):
            source = Path(place) / f"{name}.jsonl"
            source.write_text("".join(lines), "utf-8", "backslashreplace")  # as JSON writes half of a pair
            files = find_files([str(source)], references)
            job = replace(data, folder=Path(place) / name, options=mine, files=files, progress=tell, rows=len(lines))
            began = time.monotonic()
            job.begin()
            work(job)
            write_tables(job)
            runs.append((time.monotonic() - began, job.steps()))
        return _told(job, data.size, sample, options.max_copies, runs[0], runs[1])


class _Sample:
    """Rows of a pass over all, each with the same chance: the highest (halves of it) at which they have the size."""

    def __init__(self, size: int) -> None:
        self.most, self.rate, self.rows, self.size = size, 1.0, 0, 0
        self._random = Random(0)  # noqa: S311  nothing is secret
        self._draw = 0.0
        self._drawn: list[tuple[float, int, str]] = []

    def wants(self, _row: int) -> bool:
        """Tell whether the next row of all is drawn."""
        self.rows += 1
        self._draw = self._random.random()
        return self._draw < self.rate

    def add(self, row: Row) -> None:
        """Take the row that was drawn; where there are too many, half of them go."""
        told = {"text": row.text, "scope": row.scope, "value": row.value}
        self._drawn.append((self._draw, len(row.text or ""), json.dumps(told, ensure_ascii=False) + "\n"))
        self.size += self._drawn[-1][1]
        while self.size > self.most and len(self._drawn) > 1:
            self.rate /= 2
            self._drawn = [each for each in self._drawn if each[0] < self.rate]
            self.size = sum(length for _, length, _ in self._drawn)

    @property
    def lines(self) -> list[str]:
        """The rows as lines of JSON."""
        return [line for *_, line in self._drawn]


def _told(
    job: Job, size: int, sample: _Sample, copies: int, few: tuple[float, Any], whole: tuple[float, Any]
) -> Estimate:
    """Say what the sample means for all."""
    count, text = len(sample.lines), max(sample.size, 1)
    removed = cut = Spread(0.0, 0.0)
    growth = dict.fromkeys(_PAIRED, Spread(1.0, 1.0))
    if "document" in job.options.level:
        named = job.table("named")
        removed = _surplus(job, named["kept"].to_pylist(), count, sample.rate, copies)
        long = (pc.mean(named["length"]).as_py() or 0.0) * count / text
        cut = Spread(removed.low * long, removed.high * long)
        growth["scores"] = _growth(removed, named.num_rows / count)
    if job.options.shares:
        shared = job.table("passages")
        long = pc.mean(pc.subtract(shared["end"], shared["start"])).as_py() or text
        places = zip(shared["kept"].to_pylist(), shared["kept_start"].to_pylist(), strict=True)
        more = _surplus(job, list(places), round(text / long), sample.rate)
        cut = _sum(cut, more)
        growth["cuts"] = growth["stretches-"] = _growth(more, shared.num_rows * long / text)
        wholes = job.table("emptied").num_rows
        if wholes:  # as many more as passages
            each = wholes / count / (shared.num_rows * long / text)
            removed = _sum(removed, Spread(more.low * each, more.high * each))
    if "inside" in job.options.level:
        inside = job.table("inside", ["dropped", "cuts"]).to_pylist()
        cut = _sum(cut, _mean([sum(each["end"] - each["start"] for each in row["cuts"]) for row in inside], text))
        removed = _sum(removed, _mean([row["dropped"] for row in inside], count))
    low, high = (_work(few, whole, {name: each[side] for name, each in growth.items()}, sample.rate) for side in (0, 1))
    seconds, disk = Spread(low[0] / _TIMES, high[0] * _TIMES), Spread(low[1], high[1])
    return Estimate(sample.rows, size, count, removed, cut, seconds, disk)


def _work(
    few: tuple[float, Any], whole: tuple[float, Any], growth: Mapping[str, float], rate: float
) -> tuple[float, float]:
    """Return seconds and bytes of a run over all, when the work of some steps grows so much faster than the rows."""
    rest, seconds, size = whole[0] - few[0], 0.0, 0.0
    for name, step in whole[1].items():
        times = next((growth[begin] for begin in _PAIRED if name.startswith(begin)), 1.0)
        net = max(step["seconds"] - few[1].get(name, step)["seconds"], 0.0) if name in few[1] else step["seconds"]
        rest, seconds, size = rest - net, seconds + times * net, size + times * step["bytes"]
    return few[0] + (max(rest, 0.0) + seconds) / rate, size / rate


def _sum(one: Spread, two: Spread) -> Spread:
    return Spread(min(one.low + two.low, 1.0), min(one.high + two.high, 1.0))


def _mean(values: Sequence[float], count: int) -> Spread:
    """Return the share that some values have in ``count``, give or take what another sample would differ by."""
    share, error = sum(values) / count, 2.0 * sqrt(sum(value * value for value in values)) / count
    return Spread(max(share - error, 0.0), min(share + error, 1.0))


def _growth(all_: Spread, sampled: float) -> Spread:
    """Return how many times as many of the rows go as in the sample."""
    return Spread(*(max(share / sampled, 1.0) if sampled else 1.0 for share in all_))


def _surplus(job: Job, kept: Sequence[Any], count: int, rate: float, copies: int = 1) -> Spread:
    """Return the share of ``count`` that goes; ``kept`` are what it goes for in the sample, rows or places of them.

    References are all there, so what goes for them is not more in all rows than in the sample.
    """
    known = [each for each in kept if (each if isinstance(each, int) else each[0]) >= job.references]
    groups = Counter(Counter(kept).values())
    for times in Counter(known).values():
        groups[times] -= 1
    left = count - len(known)
    more = surplus({places + 1: groups[places] for places in groups}, left, rate, copies=copies)
    part = left / count
    return _sum(_mean([1.0] * len(known), count), Spread(part * more.low, part * more.high))


def surplus(groups: Mapping[int, int], count: int, rate: float, *, copies: int = 1) -> Spread:
    """Return the share of all that is more than ``copies`` of its group.

    ``groups``: how many groups have so many places in a sample of ``count``, into which each came with the chance
    ``rate``; what is in none of them stands there once.
    """
    seen = np.zeros(_SEEN + 1)
    for places, times in groups.items():
        seen[min(places, _SEEN + 1) if places <= _SEEN else 0] += times
    large = float(seen[0]) * copies
    seen[1] = max(count - sum(places * times for places, times in groups.items()), 0)
    if rate == 1.0:
        stays = sum(min(places, copies) * times for places, times in groups.items()) + seen[1]
        return Spread(1.0 - stays / count, 1.0 - stays / count)
    sizes = np.array(sorted({max(int(_GROWTH**step), 1) for step in range(60) if _GROWTH**step <= _SEEN / rate}))
    chances = _chances(sizes, rate)
    stay = chances.sum(axis=0) * np.minimum(sizes, copies)
    likeliest, best = _fitted(seen[1:], chances, np.ones(len(sizes)) / sizes, 0.0, _FITS)
    found = [likeliest]
    for bound in (2.0 * rate, -0.999 * rate):
        low, high, best_so_far = 0.0, bound, likeliest
        for _ in range(12):
            weight = (low + high) / 2
            other, likely = _fitted(seen[1:], chances, best_so_far, weight, _FITS // 4)
            if likely < best - _DOUBT:
                high = weight
            else:
                low, best_so_far = weight, other
        found.append(best_so_far)
    shares = [1.0 - rate * float(stay @ each + large) / count for each in found]
    return Spread(*(min(max(share, 0.0), 1.0) for share in (min(shares), max(shares))))


def _chances(sizes: NDArray[np.int64], rate: float) -> Floats:
    """Return how likely a group of each size (a column) has 0 to ``_SEEN`` places (a row) in the sample."""
    logs = np.array([0.0, *accumulate(np.log(np.arange(1, sizes[-1] + 1)))])
    out = np.zeros((_SEEN + 1, len(sizes)))
    for at, size in enumerate(sizes.tolist()):
        places = np.arange(min(size, _SEEN) + 1)
        ways = logs[size] - logs[places] - logs[size - places]
        out[places, at] = np.exp(ways + places * np.log(rate) + (size - places) * np.log1p(-rate))
    return out


def _fitted(seen: Floats, chances: Floats, start: Floats, weight: float, steps: int) -> tuple[Floats, float]:
    """Return how many groups of each size there are when so many with each number of places were seen; how likely.

    ``weight`` asks for fewer groups, where it is negative for more.
    """
    groups, own = start, chances[1:]
    scale = own.sum(axis=0) + weight * chances.sum(axis=0)
    for _ in range(steps):
        groups = groups * (own.T @ (seen / np.maximum(own @ groups, 1e-300))) / scale
    expected = np.maximum(own @ groups, 1e-300)
    return groups, float((seen * np.log(expected) - expected).sum())

"""`dedupe corpus --estimate`: what is told from a sample, held against what a run does."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import command
from dedupe_cli.corpus import estimating
from dedupe_cli.corpus.estimating import estimate, surplus
from dedupe_cli.corpus.execute import run
from dedupe_cli.corpus.options import Options
from test_corpus import edited, prose, write

if TYPE_CHECKING:
    from pathlib import Path


def many(count: int) -> list[dict[str, Any]]:
    """Documents of which one in five has one or two copies somewhere behind it, and some with a fault."""
    own = [prose(n, 50, han=n % 2 == 0) for n in range(count)]
    texts = [*own, *(edited(own[n], n) for n in range(0, count, 5)), *own[: count // 2 : 10]]
    return [{"id": n, "text": text} for n, text in enumerate(texts)] + [{"id": "null", "text": None}]


def test_a_sample_of_everything_says_what_a_run_does(tmp_path: Path) -> None:
    source = str(write(tmp_path / "in.jsonl", many(60)))
    told = run([source], tmp_path / "out")
    found = estimate([source])
    assert (found.rows, found.sampled, found.size) == (told["rows"], told["rows"], told["bytes"])
    assert found.removed == pytest.approx((told["rows_removed"] / told["rows"],) * 2)
    left = (tmp_path / "out" / "data" / "in.jsonl").stat().st_size
    assert found.cut.low == pytest.approx(1 - left / told["bytes"], abs=0.05)
    assert 0 < found.seconds.low < found.seconds.high
    assert found.disk.low == found.disk.high == pytest.approx(told["temporary_disk"], rel=0.1)


def test_a_run_is_within_what_a_sample_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = str(write(tmp_path / "in.jsonl", many(3000)))
    told = run([source], tmp_path / "out")
    monkeypatch.setitem(estimating.SAMPLE, "document", 400_000)
    found = estimate([source])
    assert found.rows == told["rows"]
    assert 0.2 < found.sampled / found.rows < 0.8
    assert found.removed.low <= told["rows_removed"] / told["rows"] <= found.removed.high
    assert found.removed.high - found.removed.low < 0.15
    assert 0.8 * found.disk.low < told["temporary_disk"] < 1.2 * found.disk.high


def test_other_levels_and_references(tmp_path: Path) -> None:
    said = prose(1, 60)
    rows = [f"{prose(100 + n, 40)}\n\n{said}\n\n{prose(200 + n, 40)}" for n in range(30)]
    rows += [f"{prose(300 + n, 9)} The gauge was read again." + " The gauge was read again." * 9 for n in range(10)]
    source = tmp_path / "in.csv"
    source.write_text("text\n" + "".join(f'"{row}"\n' for row in rows), "utf-8")
    every = ("inside", "document", "passage")
    told = run([str(source)], tmp_path / "out", Options(level=every))
    found = estimate([str(source)], Options(level=every))
    left = (tmp_path / "out" / "data" / "in.csv").stat().st_size
    assert found.removed.low <= told["rows_removed"] / told["rows"] <= found.removed.high
    assert found.cut.low <= 1 - left / source.stat().st_size + 0.02 <= found.cut.high + 0.04
    known = tmp_path / "known.txt"
    known.write_text(rows[0], "utf-8")
    again = write(tmp_path / "again.jsonl", [{"text": rows[0]}, {"text": prose(0, 60)}])
    found = estimate([str(again)], references=[str(known)])
    assert found.removed.low <= 0.5 <= found.removed.high


def test_nothing_is_written_and_no_index_grows(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", many(20))
    shown = command.here(["corpus", str(source), "--estimate", "--index", str(tmp_path / "seen")])
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.decode().startswith("estimated from 26 of 26 rows, ")
    assert "\n  rows that go: 19 %\n" in shown.stdout.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("rate", [0.5, 0.0625])
@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize("kind", ["single", "pairs", "falling", "large"])
def test_what_a_sample_shows_of_groups_tells_how_many_there_are(kind: str, copies: int, rate: float) -> None:
    rng = np.random.default_rng(3)
    single, few = np.ones(200_000, dtype=np.int64), {"single": 0, "pairs": 40_000, "falling": 40_000, "large": 1}[kind]
    more = {"falling": rng.geometric(0.5, few) + 1, "large": np.full(few, 90_000)}.get(kind, np.full(few, 2))
    sizes = np.concatenate([single, more])
    places = rng.binomial(sizes, rate)
    found = surplus(Counter(places[places > 1].tolist()), int(places.sum()), rate, copies=copies)
    share = np.maximum(sizes - copies, 0).sum() / sizes.sum()
    assert found.low - 0.01 <= share <= found.high + 0.01
    assert found.high - found.low < 0.2

"""The sample corpus must not become twice as slow: its time as a multiple of fixed work, measured in the same run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dedupe_cli import clean
from dedupe_cli.gate.ignore import markers

if TYPE_CHECKING:
    from collections.abc import Callable

# Rows of one sign that once took the square of their length, or more: by a cleaner, or as the rest of a marker.
ROWS = [(" ", "wrap"), (".", "ellipsis"), ("<!-- dedupe: ignore", "")]
SAMPLES = Path(__file__).parent.parent / "samples"
# Multiples of the work below that the samples take, the same to a tenth from run to run, and what is too many.
USUAL = 28.0
BOUND = 1.8 * USUAL


def least(work: Callable[[], object], rounds: int) -> float:
    """Processor time of the fastest of some rounds: a busy machine makes single ones slow."""
    taken = []
    for _ in range(rounds):
        begin = process_time()
        work()
        taken.append(process_time() - begin)
    return min(taken)


def test_the_samples_are_cleaned_in_time() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt")) if "expected" not in path.name]
    whole = "\n\n".join(texts)

    def fixed() -> None:  # the interpreter and many small calls of numpy, as the engine's work is
        # Nothing that some processors have a special unit for: a sort is six times as fast where there is AVX-512.
        points = np.frombuffer(whole.encode("utf-32-le"), dtype="<u4").astype(np.int64)
        for at in range(0, len(points) - 64, 16):
            np.cumsum(points[at : at + 64]).searchsorted(points[at])
        seen: dict[str, int] = {}
        for at in range(len(whole) - 8):
            seen[whole[at : at + 8]] = seen.get(whole[at : at + 8], 0) + 1

    def cleaning() -> None:
        for text in texts:
            clean(text)

    cleaning()  # word lists are loaded
    times = least(cleaning, 4) / least(fixed, 6)
    assert times <= BOUND, f"the samples take {times:.1f} times the fixed work, usual are {USUAL:g}"


@pytest.mark.parametrize(("begin", "cleaner"), ROWS)
def test_a_row_of_one_sign_takes_no_longer_than_its_length(begin: str, cleaner: str) -> None:
    def work(size: int) -> None:
        if cleaner:
            clean(begin * size + "x\n\ny\n", fix={cleaner})
        else:
            markers(begin + " " * size + "x")

    work(1000)
    short, long = (least(partial(work, size), 2) for size in (5000, 20_000))
    assert long <= 8 * short + 0.1, "four times the length should take four times as long"

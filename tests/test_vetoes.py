"""What holds a copy however noisy its text is; cases in cases/vetoes.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Kind
from dedupe_cli.settings import Settings
from dedupe_cli.text.alignment import Alignment, align
from dedupe_cli.text.fold import fold

CASES = tomllib.loads((Path(__file__).parent / "cases" / "vetoes.toml").read_text(encoding="utf-8"))["case"]
MARK = re.compile(r"\[\[(.*?)\|(.*?)\]\]")
# A badly scanned page, said twice: what else the text has.
PAGE = {
    "en": (
        "The letter lay on the kitchen table for three days before anybody opened it, and by then the rain had come through the window",
        "Tbe lctter lay on tbe kltchen tahle for thrce days hefore anyhody openod it, and hy then tbe raln had comc throngh tbe wiudow",
    ),
    "zh": (
        "渔船在天亮以前出港，傍晚带着满舱的鱼回来，码头上的工人点着灯卸货，一直忙到半夜才回家。",
        "鱼船在天宪以前出港，榜晚带看满舱的渔回来，玛头上的工入点着灯御货，一直忙到半液才回冢。",
    ),
}


def verdict(text: str) -> set[Kind]:
    """Return what the differences of a case are in a text full of damage."""
    page = PAGE["zh" if re.search("[\u4e00-\u9fff]", text) else "en"]
    parts = [page[0], MARK.sub(r"\1", text), page[1], MARK.sub(r"\2", text)]
    folded = fold("\n\n".join(parts))
    starts = [folded.index(sum(len(part) + 2 for part in parts[:at])) for at in range(4)] + [len(folded)]
    pairs = [
        Alignment(
            starts[a], starts[a + 1], starts[b], starts[b + 1], align(folded, *starts[a : a + 2], *starts[b : b + 2])
        )
        for a, b in ((0, 2), (1, 3))
    ]
    return {item.kind for item in Verdicts(folded, pairs, Settings()).of(pairs[1])}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: Any) -> None:
    assert (Kind.CONTENT in verdict(case["text"])) == case.get("meant", False)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_turned(case: Any) -> None:
    """It is the same when the two texts change places."""
    assert (Kind.CONTENT in verdict(MARK.sub(r"[[\2|\1]]", case["text"]))) == case.get("meant", False)


def test_words_exchanged_in_the_passage_beside() -> None:
    """The two lines are judged one by one; each exchanges what the other one exchanges back."""
    lines = [
        "For the shared part take the {} of the exponents of each prime in both numbers, one prime after the other.\n",
        "For the joint part take the {} of the exponents of each prime in both numbers, one prime after the other.\n",
    ]
    parts = [lines[0].format("min"), lines[1].format("max"), PAGE["en"][0] + "\n"]
    parts += [lines[0].format("max"), lines[1].format("min"), PAGE["en"][1] + "\n"]
    folded = fold("".join(parts))
    starts = [folded.index(sum(map(len, parts[:at]))) for at in range(6)] + [len(folded)]
    pairs = [
        Alignment(
            starts[a], starts[a + 1], starts[b], starts[b + 1], align(folded, *starts[a : a + 2], *starts[b : b + 2])
        )
        for a, b in ((0, 3), (1, 4), (2, 5))
    ]
    assert {item.kind for item in Verdicts(folded, pairs, Settings()).of(pairs[0])} == {Kind.CONTENT}
    alone = [pairs[0], pairs[2]]
    assert {item.kind for item in Verdicts(folded, alone, Settings()).of(pairs[0])} == {Kind.NOISE}

"""Rolling captions (`tests/cases/captions.toml`)."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from rapidfuzz.distance import LCSseq

from dedupe_cli.text.rewrite import rewrite
from test_loops import check_laws, find_in_place, load

if TYPE_CHECKING:
    from pathlib import Path

LINES = {
    "en": ["the shepherd counts", "his sheep at night", "by the light of the stove", "one of them is missing",
           "he takes the lantern", "and walks up to the ridge", "there she stands", "chewing on the moon"],
    "zh": ["夜里牧羊人数羊", "炉火照着他的脸", "少了一只", "他提起灯", "走上山脊", "羊站在那里", "像在啃月亮", "他笑了"],
}  # fmt: skip


def layouts(lines: list[str]) -> dict[str, str]:
    pairs = list(pairwise(lines))
    return {
        "two of each": "".join(f"{x}\n" * 2 for x in lines),
        "three of each": "".join(f"{x}\n" * 3 for x in lines),
        "spliced": "\n\n".join([lines[0], *(f"{x} {y}\n\n{y}" for x, y in pairs)]) + "\n",
        "two lines a cue": "\n\n".join(f"{x}\n{y}" for x, y in pairs) + "\n",
        "two lines, one line": "\n\n".join([lines[0], *(f"{x}\n{y}\n\n{y}" for x, y in pairs)]) + "\n",
    }


@pytest.mark.parametrize(("text", "expected", "held"), load("captions.toml"))
def test_case(text: str, expected: str, held: list[str]) -> None:
    found = find_in_place(text)
    output = rewrite(text, found.edits)
    assert output == expected
    assert not held
    check_laws(text, found, output)


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("layout", layouts(["a"]))
def test_layouts(language: str, layout: str) -> None:
    text = layouts(LINES[language])[layout]
    found = find_in_place(text)
    output = rewrite(text, found.edits)
    assert [line for line in output.split("\n") if line] == LINES[language]
    check_laws(text, found, output)


def test_rules_tell_whole_lines_from_parts() -> None:
    repeats = find_in_place(layouts(LINES["en"])["spliced"]).repeats
    assert {r.rule for r in repeats} == {"D101", "D202"}


def test_real_captions(shared_data: Path) -> None:
    """Both layouts: every line once, in order; nothing lost but what a line says twice by chance."""

    def letters(text: str) -> str:
        return "".join(filter(str.isalnum, text))

    for line in (shared_data / "rolling_captions_en" / "docs.jsonl").read_text(encoding="utf-8").splitlines():
        doc = json.loads(line)
        text = doc["text"][: doc["text"].find("\n\n" if "spliced" in doc["id"] else "\n", 12_000)] + "\n"
        output = letters(rewrite(text, find_in_place(text).edits))
        gold = letters(doc["gold"])[: len(output)]
        same = LCSseq.similarity(gold, output)
        assert len(output) - same <= 0.02 * (len(letters(text)) - len(output)), doc["id"]

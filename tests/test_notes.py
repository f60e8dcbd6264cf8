"""Findings without an edit (`tests/cases/notes.toml`)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dedupe_cli import plan
from dedupe_cli.model import Edit, Safety, Span
from dedupe_cli.planning.notes import notes_of

CASES = tomllib.loads((Path(__file__).parent / "cases" / "notes.toml").read_text(encoding="utf-8"))["case"]
_MARKED = re.compile(r"⟦(\w+):(.*?)⟧", re.DOTALL)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, str]) -> None:
    text = _MARKED.sub(r"\2", case["text"])
    found = plan(text)
    assert not found.edits
    assert [(note.rule, note.span.of(text)) for note in found.notes] == _MARKED.findall(case["text"])


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("The ferry leaves at seven. It comes back after dark, when", ["W101"]),
        ("The ferry leaves at seven. It comes back after dark.", []),
        ("the ferry leaves at seven and comes back after dark when all of the lamps have been lit", []),
    ],
)
def test_a_cut_that_leaves_a_broken_sentence(before: str, found: list[str]) -> None:
    text = f"{before} all of the lamps\n"
    edit = Edit(Span(len(before), len(text) - 1), "", "D101", "said again", Safety.EXACT)
    assert [note.rule for note in notes_of(text, [edit])] == found


@pytest.mark.parametrize("name", ["captions.txt", "captions-zh.txt"])
def test_captions_without_marks_have_no_broken_sentences(name: str) -> None:
    found = plan((Path(__file__).parents[1] / "samples" / name).read_text(encoding="utf-8"))
    assert found.edits
    assert not [note for note in found.notes if note.rule == "W101"]


def test_what_goes_with_the_next_cut_is_no_broken_sentence() -> None:
    text = "Where the keys are\n~~~~~~~~~~~~~~~~~~\nBehind the door.\n"
    ends = [len("Where the keys are\n"), len(text) - len("Behind the door.\n"), len(text)]
    edits = [Edit(Span(a, b), "", "D101", "said again", Safety.EXACT) for a, b in zip([0, *ends], ends, strict=False)]
    assert not notes_of(text, edits)
    assert not notes_of(text, edits[:1])  # nor is a line without a letter a sentence

"""Findings without an edit (`tests/cases/notes.toml`)."""

from __future__ import annotations

import re
import tomllib
from itertools import accumulate
from pathlib import Path

import pytest

from dedupe_cli import plan
from dedupe_cli.model import LEFT_BROKEN, Edit, Safety, Span
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


FERRY = "The ferry leaves at seven from the pier beside the old customs house, and it comes"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("‹{0}› back.\n\n⟦{0}\n\n⟧Tickets are sold on board.\n", id="a paragraph behind"),
        pytest.param("Nobody knew.\n\n⟦{0}\n\n⟧‹{0}› back.\n", id="what says the same behind"),
        pytest.param("Nobody knew.\n\n⟦{0}\n⟧‹{0}› back.\n", id="what says the same in the line below"),
        pytest.param("Nobody knew.\n‹{0}›\n⟦{0}\n⟧back after dark.\n", id="what says the same before"),
        pytest.param("Nobody knew.\n‹{0}›\n⟦{0}\n⟧⟦{0}\n⟧back after dark.\n", id="several of them"),
    ],
)
def test_what_goes_breaks_off_and_what_stays_does_not(text: str) -> None:
    signs = re.split("([‹›⟦⟧])", text.format(FERRY))
    places = list(accumulate(map(len, signs[::2])))
    at = {sign: [place for place, s in zip(places, signs[1::2], strict=False) if s == sign] for sign in "‹›⟦⟧"}
    kept = (Span(at["‹"][0], at["›"][0]),)
    spans = [Span(start, end) for start, end in zip(at["⟦"], at["⟧"], strict=True)]
    edits = [Edit(span, "", "D101", "said again", Safety.EXACT, kept=kept) for span in spans]
    assert not [note for note in notes_of("".join(signs[::2]), edits) if note.message == LEFT_BROKEN]


def test_what_is_left_of_a_sentence_in_a_wrapped_paragraph_is_broken() -> None:
    text = f"{FERRY} late.\n\nNobody knew it then.\n{FERRY}\nback after dark.\n"
    at, kept = text.rindex(FERRY), (Span(0, len(FERRY)),)
    edit = Edit(Span(at, at + len(FERRY) + 1), "", "D101", "said again", Safety.EXACT, kept=kept)
    assert [note.span.of(text) for note in notes_of(text, [edit])] == ["back after dark."]


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

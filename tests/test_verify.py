"""The proof of the result: what it must let pass, and every kind of damage that it must catch."""

from __future__ import annotations

import random

import pytest

from dedupe_cli.apply.verify import letters, verify
from dedupe_cli.errors import LawError
from dedupe_cli.model import Edit, Plan, Safety, Span
from dedupe_cli.text.rewrite import rewrite

TEXT = "One sentence here.\n\nAnother one.\n\nOne sentence here.\n\nThe end.\n"
KEPT, GONE = Span(0, 18), Span(34, 54)


def edit(span: Span = GONE, *, kept: tuple[Span, ...] = (KEPT,), new: str = "", safety: Safety = Safety.EXACT) -> Edit:
    return Edit(span, new, "D101", "exact copy", safety, 0, kept)


def made(*edits: Edit, text: str = TEXT, **settings: object) -> Plan:
    return Plan("0" * 64, len(text), edits, settings=settings)


PASSES: dict[str, tuple[str, list[Edit]]] = {
    "nothing": (TEXT, []),
    "an exact copy": (TEXT, [edit()]),
    "a copy in other form": ("Café, ２ !\n\ncafe\u0301 2\n", [edit(Span(11, 18), kept=(Span(0, 10),))]),
    "a part of the kept text": ("abcdef. cde", [edit(Span(8, 11), kept=(Span(0, 7),))]),
    "two kept stretches": ("ab. x. cd. ab. cd.", [edit(Span(11, 18), kept=(Span(0, 3), Span(7, 10)))]),
    "rounds of a loop": ("say it, say it, say it, say", [edit(Span(6, 27), kept=(Span(0, 6),))]),
    "rounds that begin in the middle": ("say it. it, say it, say", [edit(Span(8, 23), kept=(Span(0, 6),))]),
    "a loop within a loop": (
        "红日升起来了，红日升起来了，人们出门去了。红日升起来了，红日升起来了，红日升起来了，人们出门去了。",
        [edit(Span(7, 14), kept=(Span(0, 6),)), edit(Span(21, 49), kept=(Span(0, 7), Span(14, 21)))],
    ),
    "an unlike copy, when it is not called exact": (TEXT, [edit(Span(20, 34), safety=Safety.SIMILAR)]),
    "white space without a counterpart": ("a \n\n\n b", [edit(Span(1, 4), kept=())]),
    "a kept text that loses white space": ("a  b. ab", [edit(Span(1, 2), kept=()), edit(Span(6, 8), kept=(Span(0, 5),))]),
    "a kept text that is voted on": (
        "helio you. hello you.",
        [edit(Span(3, 4), kept=(Span(11, 20),), new="l", safety=Safety.SIMILAR), edit(Span(10, 21), kept=(Span(0, 10),), safety=Safety.SIMILAR)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PASSES)
def test_passes(name: str) -> None:
    text, edits = PASSES[name]
    if name == "a kept text that is voted on":
        edits[0] = Edit(Span(3, 4), "l", "D201", "vote", Safety.SIMILAR, 0, (Span(0, 3),))
        with pytest.raises(LawError, match="puts in"):
            verify(text, made(*edits, text=text), rewrite(text, edits))
    verify(text, made(*edits, text=text, keep="merged"), rewrite(text, edits))


def test_a_vote_writes_no_new_text() -> None:
    """Plans come from anywhere, and may call anything a vote."""
    for new in ("One sentence there, and another one.", "Once", "зanother"):
        edits = [Edit(Span(0, 3), new, "D201", "vote", Safety.SIMILAR, 0, (Span(4, 8),))]
        with pytest.raises(LawError, match="puts in"):
            verify(TEXT, made(*edits, keep="merged" if new != "Once" else "best"), rewrite(TEXT, edits))


CAUGHT: dict[str, tuple[list[Edit], str]] = {
    "no counterpart": ([edit(kept=())], "names no text that stays"),
    "a counterpart that goes, too": ([edit(Span(0, 20), kept=(GONE,)), edit()], "does not stay"),
    "a counterpart that goes in part": ([edit(Span(3, 9), kept=(GONE,)), edit()], "does not stay"),
    "its own counterpart": ([edit(kept=(GONE,))], "does not stay"),
    "a counterpart outside": ([edit(kept=(Span(60, 99),))], "does not stay"),
    "exact, but other words": ([edit(kept=(Span(20, 32),))], "says something else"),
    "exact, but with other letters before": ([edit(Span(27, 54))], "says something else"),
    "exact, but longer": ([edit(Span(34, 63))], "says something else"),
    "edits that overlap": ([edit(Span(34, 50)), edit(Span(40, 54))], "overlaps"),
    "edits out of order": ([edit(), edit(Span(20, 34))], "overlaps"),
    "an edit outside": ([edit(Span(60, 70))], "leaves the text"),
}


@pytest.mark.parametrize("name", CAUGHT)
def test_caught(name: str) -> None:
    edits, message = CAUGHT[name]
    out = TEXT
    for each in sorted(edits, key=lambda e: -e.span.start):
        out = out[: each.span.start] + out[each.span.end :]
    with pytest.raises(LawError, match=message):
        verify(TEXT, made(*edits), out)


def test_any_other_output_is_caught() -> None:
    plan, right = made(edit()), rewrite(TEXT, [edit()])
    rng = random.Random(5)
    for _ in range(200):
        at = rng.randrange(len(right) + 1)
        wrong = rng.choice(
            [right[:at] + right[at + 1 :], right[:at] + "x" + right[at:], right[:at] + "~" + right[at + 1 :]]
        )
        if wrong != right:
            with pytest.raises(LawError, match="not as it was"):
                verify(TEXT, plan, wrong)


def test_another_length_is_caught() -> None:
    with pytest.raises(LawError, match="characters"):
        verify(TEXT + "x", made(), TEXT + "x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("ＡＢ１", "ab1"),
        ("台灣", "台湾"),
        ("a-b c", "abc"),
        ("é", "e\u0301"),
        ("汉字。", "漢字"),
    ],
)
def test_letters_fold_form(one: str, other: str) -> None:
    assert letters(one) == letters(other)


@pytest.mark.parametrize(("one", "other"), [("12", "13"), ("not", "now"), ("он", "она"), ("一", "二")])
def test_letters_keep_content(one: str, other: str) -> None:
    assert letters(one) != letters(other)

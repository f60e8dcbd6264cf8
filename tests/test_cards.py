"""The cards of real plans: what each place that goes looks like, here where one went wrong before."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe_cli import api
from dedupe_cli.decide.guards.table import GUARDS
from dedupe_cli.decide.weights import BLOCKS, STRETCH
from dedupe_cli.document.kinds import BlockKind
from dedupe_cli.model import Source
from dedupe_cli.render import explain
from dedupe_cli.render.cards import group_card
from dedupe_cli.render.phrases import hints
from dedupe_cli.render.pieces import Glyphs, Piece
from dedupe_cli.render.view import View
from dedupe_cli.settings import Settings

SAMPLES = Path(__file__).parent.parent / "samples"


def rows(text: str) -> list[tuple[str, str, str]]:
    """Sign, line number and words of each row of the first card."""
    result = api.run(source := api._source(text), Settings())
    card = group_card(View(source, result.plan, Glyphs()), 0)
    return [
        (line.sign, line.label, "".join(p.text for p in (*line.before, Piece(line.body), *line.after)))
        for line in card.lines
    ]


def test_a_cut_at_the_end_of_a_paragraph_and_one_at_the_beginning_of_the_next_are_two_places() -> None:
    found = rows((SAMPLES / "ferry.txt").read_text(encoding="utf-8"))
    assert [(sign, label) for sign, label, _ in found] == [("=", "1"), ("~", "3"), ("~", "5")]
    assert found[1][2].startswith("Tickets are sold on board. [-The night ferry")
    assert found[1][2].endswith("-]")
    assert found[2][2].startswith("[-The night ferry leaves {-thc-}{+the+} east")
    assert found[2][2].endswith("-] Dogs travel free.")


def test_exact_copies_of_a_part_are_counted_and_not_printed_again() -> None:
    text = (SAMPLES / "gaoxinqu.txt").read_text(encoding="utf-8")
    result = api.run(source := api._source(text), Settings())
    group = max(range(len(result.plan.groups)), key=lambda at: len(result.plan.groups[at].members))
    card = group_card(View(source, result.plan, Glyphs()), group)
    assert card.lines[-1].note == "9 exact copies of a part"
    assert card.lines[-1].label == "94 96 98 100 102 104 106 108 110"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("notes.txt", "notes.txt"),
        ("my notes/1.txt", "'my notes/1.txt'"),
        ("会议/讲话 1.txt", "'会议/讲话 1.txt'"),
        ("-w", "FILE"),
        ("-", "FILE"),
        ("a\x1b[2J.txt", "FILE"),
        ("a`id`.txt", "FILE"),
        ("a\nb.txt", "FILE"),
    ],
)
def test_a_hint_names_a_file_as_a_shell_reads_it(path: str, named: str) -> None:
    text = (SAMPLES / "ferry.txt").read_text(encoding="utf-8")
    result = api.run(source := Source(path, text, api._source(text).digest), Settings())
    assert hints([(source, result.plan)])[0] == f"dedupe clean -w {named}"


def test_a_round_that_goes_is_shown_with_its_full_stop() -> None:
    assert rows("好的，我来帮您查一下。好的，我来帮您查一下。您的订单已经发出，预计后天到达。\n") == [
        ("~", "1", "好的，我来帮您查一下。[-好的，我来帮您查一下。-]您的订单已经发出，预计后天到达。")
    ]


@pytest.mark.parametrize("name", sorted({*BLOCKS, *STRETCH} - {"base"}))
def test_each_piece_of_evidence_has_its_words(name: str) -> None:
    assert name in explain.WORDS


@pytest.mark.parametrize(
    "name",
    [*(word for word, _ in GUARDS), "little", "numbers", *(kind for kind in BlockKind if kind is not BlockKind.PROSE)],
)
def test_what_keeps_a_candidate_has_its_words(name: str) -> None:
    assert name in explain.REASONS


def test_evidence_of_no_weight_is_not_told() -> None:
    assert explain.rows((("score", 1.0), ("size", 1.2), ("places", -0.04))) == ["+1.2  how much it says"]

"""The engine against a slow and obvious finder."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oracle
from dedupe_cli import clean
from dedupe_cli.decide.guards.tags import breaks_tags
from dedupe_cli.decide.state import Removal
from dedupe_cli.document.view import View
from dedupe_cli.text.fold import fold
from strategies import CHINESE, ENGLISH, MIXED

LEAST = 12
PROSE = ENGLISH + CHINESE + MIXED
LIGHT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_oracle_finds_what_anybody_sees() -> None:
    assert [r.text for r in oracle.maximal_repeats("xabcdyabcdz", 3)] == ["abcd"]
    assert [r.places for r in oracle.maximal_repeats("abcabcabc", 4)] == [(0, 3)]
    assert oracle.maximal_repeats("abcdefgh", 2) == []
    assert oracle.length("他说 hello world，走了") == 6
    assert oracle.said_once("abab c", 2) == {"ba", "bc"}


def repeated_paragraphs(text: str) -> list[str]:
    """Paragraphs of at least the minimum length that stand more than once, by their folded text."""
    counts = Counter(oracle.fold(p) for p in oracle.paragraphs(text) if oracle.length(p) >= LEAST)
    return [p for p, count in counts.items() if count > 1]


@st.composite
def prose(draw: st.DrawFn) -> str:
    """Paragraphs of one to three different sentences, many of them more than once."""
    one = st.lists(st.sampled_from(PROSE), min_size=1, max_size=3, unique=True).map(" ".join)
    pool = draw(st.lists(one, min_size=1, max_size=5))
    return "\n\n".join(draw(st.lists(st.sampled_from(pool), min_size=2, max_size=10))) + "\n"


@LIGHT
@given(prose())
def test_no_repeated_paragraph_is_left(text: str) -> None:
    assert repeated_paragraphs(clean(text)) == []


@LIGHT
@given(prose())
def test_every_sentence_is_still_said(text: str) -> None:
    out = oracle.fold(clean(text))
    for sentence in PROSE:
        if sentence in text:
            assert oracle.fold(sentence) in out


@LIGHT
@given(prose())
def test_order_of_first_mentions_stays(text: str) -> None:
    out = clean(text, keep="first")
    before = sorted((s for s in PROSE if s in text), key=text.index)
    after = sorted((s for s in PROSE if s in out), key=out.index)
    assert before == after


def article(seed: int) -> tuple[str, str]:
    """A text of sentences that no one else says, with some of its paragraphs again; and the text without these."""
    rng = random.Random(seed)
    names = [
        "river",
        "bridge",
        "tower",
        "garden",
        "mill",
        "harbour",
        "school",
        "orchard",
        "station",
        "chapel",
    ]
    acts = [
        "was built by",
        "was painted by",
        "was sold to",
        "was forgotten by",
        "was drawn by",
        "was rented to",
    ]
    whom = [
        "two sisters",
        "a retired pilot",
        "the glass makers",
        "an old smuggler",
        "some students",
        "a choir",
    ]
    ends = [
        "when the flood was over", "before the road came", "in exchange for a boat", "against all advice",
        "after a long quarrel", "with borrowed money", "on the last day of the fair", "for no reason at all",
    ]  # fmt: skip
    rng.shuffle(names)
    once = [
        f"The {name} {rng.choice(acts)} {rng.choice(whom)} {ends[i % 8]}, and people speak of it {i * 7 + 3} years later."
        for i, name in enumerate(names)
    ]
    paragraphs, seen = [], []
    for p in once:
        paragraphs.append(p)
        seen.append(p)
        if rng.random() < 0.6:
            paragraphs.append(rng.choice(seen))
    return "\n\n".join(paragraphs) + "\n", "\n\n".join(once) + "\n"


@pytest.mark.parametrize("seed", range(12))
def test_inserted_copies_go_and_nothing_else(seed: int) -> None:
    text, once = article(seed)
    assert clean(text) == once


@pytest.mark.parametrize("seed", range(12))
def test_what_is_said_once_is_still_said(seed: int) -> None:
    text, _ = article(seed)
    lost = oracle.said_once(text, 24) - oracle.windows(clean(text), 24)
    joints = {w for w in lost if not any(w in oracle.fold(p) for p in oracle.paragraphs(text))}
    assert lost == joints, "only windows over a removed border may vanish"


@pytest.mark.parametrize("seed", range(6))
def test_no_long_exact_repeat_is_left(seed: int) -> None:
    text, once = article(seed)
    left = oracle.maximal_repeats(oracle.fold(clean(text)), 40)
    by_nature = {r.text for r in oracle.maximal_repeats(oracle.fold(once), 40)}
    assert {r.text for r in left} <= by_nature


TAGS = st.sampled_from(["<div>", "</div>", "<b>", "</b>", "<br>", "<i/>", "plain"])


def single(tags: list[str]) -> int:
    """Tags without their other half, one name after the other."""
    loose = 0
    for name in ("div", "b"):
        depth = 0
        for tag in tags:
            if tag == f"</{name}>" and not depth:
                loose += 1
            elif tag in {f"<{name}>", f"</{name}>"}:
                depth += -1 if tag.startswith("</") else 1
        loose += depth
    return loose


@given(st.lists(TAGS, min_size=1, max_size=14), st.data())
def test_tags_that_would_be_left_single_are_counted_as_anybody_does(tags: list[str], data: st.DataObject) -> None:
    view = View(fold("\n\n".join(f"{tag} words" for tag in tags)))
    gone = data.draw(st.sets(st.integers(0, len(tags) - 1), min_size=1))
    left = [tag for number, tag in enumerate(tags) if number not in gone]
    breaks = bool(single([tags[number] for number in sorted(gone)])) and single(left) > single(tags)
    assert breaks_tags(view, [Removal(*view.edges(number), number, whole=True, pieces=()) for number in gone]) == breaks

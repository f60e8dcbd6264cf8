"""The laws of the program (2 to 4 and idempotence) as properties of any text."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dedupe_cli import apply_plan, clean, plan, rounds
from strategies import CHINESE, ENGLISH, loops, texts, texts_without_repeats, wild

if TYPE_CHECKING:
    from dedupe_cli import Plan
    from dedupe_cli.settings import Apply, Keep

# How many examples: the profile says (tests/conftest.py).
# When the copies are gone, what stood between them is a loop: one round does not find all.
TWO_ROUNDS = "\n\n".join(
    [*ENGLISH[:4], *(f"We wait and see.\n\n{sentence}" for sentence in ENGLISH[:4]), "We wait and see."]
)
LIGHT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def folded(text: str) -> str:
    """Letters and digits only, for comparing what is said."""
    return "".join(c for c in text.casefold() if c.isalnum())


def surviving(made: Plan, text: str) -> set[int]:
    """Offsets of the original text that are in the output."""
    gone: set[int] = set()
    for edit in made.edits:
        gone.update(range(edit.span.start, edit.span.end))
    return set(range(len(text))) - gone


@LIGHT
@given(texts())
@example("")
@example("\ud800" * 40)
@example((ENGLISH[0] + "\n\n") * 3)
@example((CHINESE[0] + "\r\n") * 3)
@example(TWO_ROUNDS)
def test_clean_is_idempotent(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@LIGHT
@given(
    st.sampled_from(["exact", "similar", "all"]),
    st.sampled_from(["best", "first", "last", "longest"]),
    texts(),
)
@example("similar", "best", TWO_ROUNDS)
def test_clean_is_idempotent_with_any_options(apply: Apply, keep: Keep, text: str) -> None:
    once = clean(text, apply=apply, keep=keep)
    assert clean(once, apply=apply, keep=keep) == once


@LIGHT
@given(texts())
@example(TWO_ROUNDS)
def test_clean_is_idempotent_where_later_rounds_look_around_cuts_only(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "LONG", 0)
        once = clean(text)
        assert clean(once) == once


@LIGHT
@given(texts_without_repeats())
def test_text_without_repeats_is_unchanged(text: str) -> None:
    assert clean(text) == text


@LIGHT
@given(texts())
def test_everything_outside_of_the_edits_is_unchanged(text: str) -> None:
    made = plan(text)
    assert made.length == len(text)
    ends = [0, *(edit.span.end for edit in made.edits)]
    assert all(end <= edit.span.start for end, edit in zip(ends, made.edits, strict=False))
    kept = [text[end : edit.span.start] + edit.replacement for end, edit in zip(ends, made.edits, strict=False)]
    assert apply_plan(text, made) == "".join(kept) + text[ends[-1] :]
    assert clean(text) == apply_plan(text, made)


@LIGHT
@given(texts())
def test_every_edit_names_a_counterpart_that_stays(text: str) -> None:
    made = plan(text)
    stays = surviving(made, text)
    for edit in made.edits:
        assert edit.rule, edit
        assert edit.reason, edit
        if not folded(edit.span.of(text)):
            continue
        assert edit.kept, edit
        for span in edit.kept:
            lost = "".join(text[i] for i in range(span.start, span.end) if i not in stays)
            assert not folded(lost), f"{edit} refers to {lost!r}, which goes"


@LIGHT
@given(texts())
def test_groups_and_edits_agree(text: str) -> None:
    made = plan(text)
    for group in made.groups:
        assert group.members[group.kept].decision.value in {"keep", "protected", "reference"}
        assert group.fingerprint.startswith("v1:")
        low, high = group.similarity
        assert 0 <= low <= high <= 100
        assert group.held == (not group.copies)
    for edit in made.edits:
        assert -1 <= edit.group < len(made.groups)
        if edit.group >= 0:
            assert not made.groups[edit.group].held


@LIGHT
@given(st.one_of(wild, loops(), st.text(), st.text("ab\n", max_size=300)))
@example("a" * 5000)
@example("\n" * 5000)
@example("好" * 5000)
@example("ab" * 3000)
@example("\u0301" * 300)
@example("\x00" * 300)
def test_no_text_makes_it_fail(text: str) -> None:
    out = clean(text)
    assert len(out) <= len(text)
    assert clean(out) == out


@LIGHT
@given(st.lists(st.sampled_from(ENGLISH + CHINESE), min_size=1, max_size=6, unique=True), st.integers(2, 5))
def test_newline_style_does_not_change_the_decision(parts: list[str], times: int) -> None:
    text = "\n\n".join(parts * times) + "\n"
    assert clean(text.replace("\n", "\r\n")) == clean(text).replace("\n", "\r\n")


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from dedupe_cli import plan
from strategies import CHINESE, ENGLISH, MIXED
parts = [*ENGLISH, *CHINESE, *MIXED, *ENGLISH[::-1], ENGLISH[0] + CHINESE[0], CHINESE[3] * 5, *CHINESE]
sys.stdout.buffer.write(repr(plan("\\n\\n".join(parts))).encode())
"""


def test_same_plan_under_any_hash_seed() -> None:
    script = SCRIPT.format(tests=os.path.dirname(__file__))  # noqa: PTH120
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(runs) == 1
    assert b"D101" in runs.pop()

"""What other limits would do: the search for the values at which the result changes, and what is said of them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import command
from dedupe_cli import api
from dedupe_cli.model import Edit, Plan, Safety, Span
from dedupe_cli.render.phrases import Totals
from dedupe_cli.render.tuning import Limits, Row, advice, table
from dedupe_cli.review.decisions import Answer, Decisions, Kind
from dedupe_cli.review.tuning import MOST, Step, changes, disagreements, steps, widest, wishes
from dedupe_cli.settings import Settings, make
from dedupe_cli.text.remembering import once, remembering
from strategies import texts

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe_cli.model import Source

SOURCE = api._source("x" * 200)
# 96 % like FIRST, and 88 % like it: letters as a bad scan has them.
WORN = command.FIRST.replace("reading", "rcading").replace("closes", "c1oses")
WORSE = (
    WORN.replace("weekdays", "wcckdays").replace("evening", "evcning").replace("opens", "0pens").replace("room", "r00m")
)
TEXT = f"{command.FIRST}\n\n{command.SECOND}\n\n{WORN}\n\n{command.LAST}\n\n{WORSE}\n\n{command.SECOND}\n"
HELD = f"{TEXT}\nThe bridge was built in 1871 by masons from the valley below.\n\nThe bridge was built in 1872 by masons from the valley below.\n"


def planned(limits: list[int]) -> list[list[tuple[Source, Plan]]]:
    """Plans by value: so many edits as there are limits that the value does not exceed."""
    out = []
    for value in range(101):
        many = sum(value <= limit for limit in limits)
        edits = tuple(Edit(Span(n * 3, n * 3 + 2), "", "D201", "near copy", Safety.SIMILAR) for n in range(many))
        out.append([(SOURCE, Plan(SOURCE.digest, 200, edits))])
    return out


def gaps(found: list[Step]) -> list[tuple[int, int]]:
    """The values that are in no step."""
    return [(a.high + 1, b.low - 1) for a, b in itertools.pairwise(found) if b.low > a.high + 1]


@given(limits=st.lists(st.integers(50, 99), max_size=5), now=st.integers(50, 100))
def test_every_change_is_found_and_few_values_are_tried(limits: list[int], now: int) -> None:
    plans, tried = planned(limits), set[int]()

    def plan_all(value: int) -> list[tuple[Source, Plan]]:
        tried.add(value)
        return plans[value]

    found = steps(plan_all, 50, 100, now)
    assert (found[0].low, found[-1].high) == (50, 100)
    assert len(tried) <= MOST
    for step in found:
        assert all(plans[value] == list(step.pairs) for value in range(step.low, step.high + 1))
    if not gaps(found):
        assert sorted(set(limits)) == [step.high for step in found[:-1]]


def test_results_with_the_same_cuts_and_other_counts_are_two() -> None:
    edit = Edit(Span(0, 2), "", "D201", "near copy", Safety.SIMILAR, kept_in=1)
    one, other = (Plan(SOURCE.digest, 200, (replace(edit, kept_in=n),)) for n in (-1, 1))
    found = steps(lambda value: [(SOURCE, one if value < 90 else other)], 50, 100, 80)
    assert [(step.low, step.high, step.totals.places) for step in found] == [(50, 89, 0), (90, 100, 1)]


def test_a_change_at_every_value_ends_all_the_same() -> None:
    plans = planned(list(range(50, 100)))
    found = steps(lambda value: plans[value], 50, 100, 80)
    assert gaps(found)
    for step in found:
        assert all(plans[value] == list(step.pairs) for value in range(step.low, step.high + 1))
    assert {80} == {step.low for step in found if step.low <= 80 <= step.high}


def test_the_table_has_a_row_for_each_result() -> None:
    rows = Row(50, 79, 3, 7, 800), Row(80, 93, 2, 6, 600), Row(97, 100, 1, 2, 15_000)
    limits = Limits("similarity", 80, 20_000, rows, "")
    assert table(limits, width=80) == [
        "  similarity   groups   places   characters      share",
        "       50-79        3        7          800        4 %  █",
        ">      80-93        2        6          600        3 %  █",
        "       94-96  not tried: between the two",
        "      97-100        1        2       15,000       75 %  ███████████████████████",
    ]
    assert "█" not in "".join(table(limits, width=60))
    assert "#" in "".join(table(limits, width=100, ascii_only=True))
    assert table(limits._replace(rows=(rows[0]._replace(agrees=4),)), width=60)[0].endswith("agrees")


@pytest.mark.parametrize(
    ("now", "gap", "said"),
    [
        (80, (73, 93, True), "--similarity 80 is well placed: from 73 to 93 the same goes"),
        (80, (73, 93, False), "--similarity 80 is well placed: from 73 to 93 about the same goes"),
        (
            95,
            (73, 93, True),
            "the widest range in which the same goes is from 73 to 93: --similarity 83 is in its middle",
        ),
        (80, None, "--similarity changes nothing here: the result is the same under every value"),
    ],
)
def test_what_gaps_suggest(now: int, gap: tuple[int, int, bool] | None, said: str) -> None:
    assert advice("similarity", now, gap) == said


def test_the_widest_range_is_one_of_about_the_same() -> None:
    def step(low: int, high: int, characters: int) -> Step:
        edit = Edit(Span(0, characters), "", "D201", "near copy", Safety.SIMILAR)
        return Step(low, high, ((SOURCE, Plan(SOURCE.digest, 2000, (edit,))),))

    found = [step(50, 62, 1000), step(63, 70, 990), step(71, 80, 960), step(81, 94, 500), step(95, 100, 10)]
    assert widest(found) == (50, 80, False)
    assert widest([step(50, 60, 1000), step(61, 94, 500), step(95, 100, 10)]) == (61, 94, True)
    assert widest(found[:1]) is None


def test_the_values_are_those_of_clean() -> None:
    source = api._source(TEXT)

    def plan_all(value: int) -> list[tuple[Source, Plan]]:
        return [(source, api.run(source, make(None, similarity=float(value))).plan)]

    found = steps(plan_all, 50, 100, 80)
    assert len(found) == 3
    assert [step.totals.places for step in found] == [3, 2, 1]
    for lower, higher in itertools.pairwise(found):
        assert api.clean(TEXT, similarity=lower.high) != api.clean(TEXT, similarity=higher.low)
        [change] = changes(lower, higher)
        assert (change.goes, change.stays) == (lower.high, higher.low)


@pytest.mark.parametrize(("by", "low", "high"), [("similarity", 50, 100), ("confidence", 1, 99)])
def test_every_row_says_what_a_run_at_each_of_its_values_does(
    by: str, low: int, high: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, _ = tune(tmp_path, monkeypatch, "in.txt", "--by", by, "--width", "60")
    found = [re.fullmatch(r">? +(\d+)(?:-(\d+))? +(\d+) +(\d+) +(\d+) .*", row) for row in out.splitlines()]
    rows = [tuple(map(int, (row[1], row[2] or row[1], *row.groups()[2:]))) for row in found if row]
    tried = [value for first, last, *_ in rows for value in range(first, last + 1)]
    assert tried == list(range(low, high + 1))
    source = api._source(HELD)
    for first, last, *said in rows:
        for value in {first, (first + last) // 2, last}:
            plan = api.run(source, make(None, **{by: float(value)})).plan
            of = Totals.of([plan])
            assert [of.groups, of.places, of.gone] == said


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts(), st.lists(st.tuples(st.integers(50, 100), st.integers(1, 99)), min_size=2, max_size=4))
def test_what_is_remembered_changes_no_plan(text: str, limits: list[tuple[int, int]]) -> None:
    source = api._source(text)
    tried = [make(None, similarity=float(similarity), confidence=float(sure)) for similarity, sure in limits]
    plain = [api.run(source, each).plan for each in tried]
    with remembering():
        assert [api.run(source, each).plan for each in tried] == plain


def test_what_was_asked_for_last_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def ask(key: str) -> None:
        def make() -> str:
            made.append(key)
            return key

        assert once(key, 10, make) == key

    monkeypatch.setattr("dedupe_cli.text.remembering.MOST", 20)
    ask("a")
    with remembering():
        for key in "abacab":
            ask(key)
    ask("a")
    assert "".join(made) == "aabcba"


def test_decisions_say_which_result_is_wanted() -> None:
    source, plans = api._source(TEXT), {}

    def plan_all(value: int) -> list[tuple[Source, Plan]]:
        plans[value] = [(source, api.run(source, make(None, similarity=float(value))).plan)]
        return plans[value]

    found = steps(plan_all, 50, 100, 80)
    plan = api.run(source, Settings()).plan
    decisions = Decisions()
    for group in plan.groups:
        answer = Answer(Kind.ACCEPT if len(group.members) == 2 else Kind.KEEP_ALL)
        decisions = decisions.with_answers([(source, group, answer)])
    wanted = wishes([(source, plan)], decisions)
    assert sorted(len(wish.gone) for wish in wanted) == [0, 1]
    wrong = [len(disagreements(step, wanted)) for step in found]
    assert wrong == [1, 1, 0]


def tune(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> tuple[int, str, str]:
    monkeypatch.chdir(folder)
    (folder / "in.txt").write_text(HELD, encoding="utf-8")
    done = command.here(["tune", *args])
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_what_lies_near_the_limit_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = tune(tmp_path, monkeypatch, "in.txt", "--width", "80")
    assert (code, err) == (0, "")
    rows = out.splitlines()
    assert rows[0] == "  similarity   groups   places   characters      share"
    assert sum(row.startswith(">") for row in rows) == 1
    assert "goes at " in out
    assert "{-evcning-}{+evening+}" in out
    assert tune(tmp_path, monkeypatch, "in.txt", "--by", "confidence")[0] == 0
    assert (tmp_path / "in.txt").read_text(encoding="utf-8") == HELD


def test_decisions_are_weighed_by_both_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = api._source(HELD)
    decisions = Decisions()
    for group in api.run(source, Settings()).plan.groups:
        decisions = decisions.with_answers([(source, group, Answer(Kind.KEEP_ALL))])
    (tmp_path / "d.json").write_text(decisions.to_json(), encoding="utf-8")
    code, out, _ = tune(tmp_path, monkeypatch, "in.txt", "--from-decisions", "d.json")
    assert (code, "agrees best: with 2 of 3 decisions" in out) == (0, True)
    accepted = Decisions()
    for group in api.run(source, Settings()).plan.groups:
        answer = Answer(Kind.KEEP_ONE, 0) if group.held else Answer(Kind.ACCEPT)
        accepted = accepted.with_answers([(source, group, answer)])
    (tmp_path / "d.json").write_text(accepted.to_json(), encoding="utf-8")
    _, out, _ = tune(tmp_path, monkeypatch, "in.txt", "--from-decisions", "d.json")
    assert "the present settings agree best: with 2 of 3 decisions\n  not with " in out
    assert "in.txt (D401): you said: keep one" in out
    (tmp_path / "d.json").write_text(Decisions().to_json(), encoding="utf-8")
    code, _, err = tune(tmp_path, monkeypatch, "in.txt", "--from-decisions", "d.json")
    assert code == 2
    assert "error: d.json: no decision is about these texts" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["-"], "error: the text is read several times"),
        (["in.txt", "--by", "luck"], "error: --by: unknown 'luck'"),
        (["no.txt"], "error: no.txt"),
        (["in.txt", "--from-decisions", "no.json"], "error: no.json"),
    ],
)
def test_slips_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str) -> None:
    code, out, err = tune(tmp_path, monkeypatch, *args)
    assert (code, out) == (2, "")
    assert said in err

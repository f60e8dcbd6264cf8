"""What other limits would do: the search for the values at which the result changes, and what is said of them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import command
from dedupe_cli import api
from dedupe_cli.cli.trying import Limit, tried
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Edit, Plan, Safety, Span
from dedupe_cli.render.phrases import Totals
from dedupe_cli.render.tuning import Limits, Row, advice, table
from dedupe_cli.review.decisions import Answer, Decisions, Kind
from dedupe_cli.review.tuning import MOST, Step, Tried, changes, disagreements, steps, steps_of, widest, wishes
from dedupe_cli.settings import Settings, make
from dedupe_cli.text.noting import note, noting, only
from dedupe_cli.text.remembering import once, remembering
from strategies import texts

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe_cli.judge.judge import Judged
    from dedupe_cli.model import Source
    from dedupe_cli.text.alignment import Alignment

SOURCE = api._source("x" * 200)
LIMITS = {"similarity": Limit("similarity", 50, 100, 80), "confidence": Limit("confidence", 1, 99, 50)}
# 96 % like FIRST, and 88 % like it: letters as a bad scan has them.
WORN = command.FIRST.replace("reading", "rcading").replace("closes", "c1oses")
WORSE = (
    WORN.replace("weekdays", "wcckdays").replace("evening", "evcning").replace("opens", "0pens").replace("room", "r00m")
)
TEXT = f"{command.FIRST}\n\n{command.SECOND}\n\n{WORN}\n\n{command.LAST}\n\n{WORSE}\n\n{command.SECOND}\n"
HELD = f"{TEXT}\nThe bridge was built in 1871 by masons from the valley below.\n\nThe bridge was built in 1872 by masons from the valley below.\n"


def planned(limits: list[int]) -> list[Plan]:
    """Plans by value: so many edits as there are limits that the value does not exceed."""
    out = []
    for value in range(101):
        many = sum(value <= limit for limit in limits)
        edits = tuple(Edit(Span(n * 3, n * 3 + 2), "", "D201", "near copy", Safety.SIMILAR) for n in range(many))
        out.append(Plan(SOURCE.digest, 200, edits))
    return out


def clean_at(text: str, **limits: int) -> Plan:
    return api.run(api._source(text), make(None, **{name: float(value) for name, value in limits.items()})).plan


def stepped(text: str, name: str = "similarity") -> list[Step]:
    """What a text comes to, as `tune` finds it."""
    source, limit = api._source(text), LIMITS[name]
    return steps([(source, tried(source, Settings(), None, (limit,))[name])])


@pytest.mark.parametrize("wide", [False, True])
@given(limits=st.lists(st.integers(50, 99), max_size=5), now=st.integers(50, 100))
def test_every_change_is_found_and_few_values_are_planned(wide: bool, limits: list[int], now: int) -> None:
    plans, asked = planned(limits), list[int]()

    def plan(value: int) -> Tried:
        asked.append(value)
        if not wide:
            return Tried(value, value, plans[value])
        low = max([50, *(limit + 1 for limit in limits if limit < value)])
        return Tried(low, min([100, *(limit for limit in limits if limit >= value)]), plans[value])

    found = steps_of(plan, 50, 100, now)
    assert (found[0].low, found[-1].high) == (50, 100)
    assert len(asked) == len(set(asked))
    for one in found:
        assert all(plans[value] == one.plan for value in range(one.low, one.high + 1))
    assert sorted(set(limits)) == [one.high for one in found[:-1]]
    if wide:
        assert len(asked) == len(found)


def test_results_with_the_same_cuts_and_other_counts_are_two() -> None:
    edit = Edit(Span(0, 2), "", "D201", "near copy", Safety.SIMILAR, kept_in=1)
    one, other = (Plan(SOURCE.digest, 200, (replace(edit, kept_in=n),)) for n in (-1, 1))
    found = steps_of(lambda value: Tried(value, value, one if value < 90 else other), 50, 100, 80)
    assert [(each.low, each.high) for each in found] == [(50, 89), (90, 100)]
    assert [step.totals.places for step in steps([(SOURCE, found)])] == [0, 1]


def test_a_change_at_every_value_ends_all_the_same() -> None:
    plans = planned(list(range(1, 100)))
    found = steps_of(lambda value: Tried(value, value, plans[value]), 1, 99, 50)
    assert len(found) == MOST
    assert {49, 50, 51} <= {each.low for each in found}
    assert all(plans[each.low] == each.plan for each in found)
    out = steps([(SOURCE, found), (SOURCE, [Tried(1, 99, plans[1])])])
    assert [(step.low, step.high) for step in out] == [(each.low, each.high) for each in found]


def test_texts_change_each_at_values_of_its_own() -> None:
    plans = planned([60, 90])
    one, other = (
        [Tried(50, 60, plans[50]), Tried(61, 100, plans[61])],
        [Tried(50, 90, plans[61]), Tried(91, 100, plans[91])],
    )
    out = steps([(SOURCE, one), (SOURCE, other)])
    assert [(step.low, step.high, step.totals.gone) for step in out] == [(50, 60, 6), (61, 90, 4), (91, 100, 2)]
    assert steps([]) == []


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
    found = stepped(TEXT)
    assert len(found) == 3
    assert [step.totals.places for step in found] == [3, 2, 1]
    for lower, higher in itertools.pairwise(found):
        assert api.clean(TEXT, similarity=lower.high) != api.clean(TEXT, similarity=higher.low)
        [change] = changes(lower, higher)
        assert (change.goes, change.stays) == (lower.high, higher.low)
        assert changes(higher, lower) == []


def test_what_goes_under_the_higher_value_only_is_told_so() -> None:
    few, many = planned([60])[70], planned([60])[50]
    few = replace(few, edits=(), groups=())
    many = replace(many, edits=(replace(many.edits[0], group=0),))
    one, other = Step(50, 69, ((SOURCE, few),)), Step(70, 100, ((SOURCE, many),))
    assert changes(one, other) == []
    [change] = changes(other, one)
    assert (change.goes, change.stays) == (70, 69)


@pytest.mark.parametrize(("by", "low", "high"), [("similarity", 50, 100), ("confidence", 1, 99)])
def test_every_row_says_what_a_run_at_each_of_its_values_does(
    by: str, low: int, high: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every value of every row against a run of its own.

    A plan tells for which other values it holds, and that is exact (the test below). Of values between two such ranges
    with the same result nothing is known but what this test asks: they are taken to have that result, too.
    """
    _, out, _ = tune(tmp_path, monkeypatch, "in.txt", "--by", by, "--width", "60")
    found = [re.fullmatch(r">? +(\d+)(?:-(\d+))? +(\d+) +(\d+) +(\d+) .*", row) for row in out.splitlines()]
    rows = [tuple(map(int, (row[1], row[2] or row[1], *row.groups()[2:]))) for row in found if row]
    assert [value for first, last, *_ in rows for value in range(first, last + 1)] == list(range(low, high + 1))
    for first, last, *said in rows:
        for value in range(first, last + 1):
            of = Totals.of([clean_at(HELD, **{by: value})])
            assert [of.groups, of.places, of.gone] == said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=texts(),
    options=st.sampled_from(
        [{}, {"apply": "all"}, {"unit": "line"}, {"unit": "line", "adjacent": True}, {"keep": "merged"}]
    ),
    similarity=st.integers(50, 100),
    sure=st.integers(1, 99),
    data=st.data(),
)
def test_a_plan_holds_for_the_values_that_it_notes(
    text: str, options: dict[str, object], similarity: int, sure: int, data: st.DataObject
) -> None:
    """What tune takes from one plan for other values is what a run at each of them does, to the letter."""
    source = api._source(text)

    def run(similarity: float, sure: float) -> Plan:
        plan = api.run(source, make(None, similarity=float(similarity), confidence=float(sure), **options)).plan
        return replace(plan, settings={})

    with noting() as noted:
        plan = run(similarity, sure)
    assert noted.hold({"similarity": similarity, "confidence": sure})
    ranges = noted.whole("similarity", 50, 100), noted.whole("confidence", 1, 99)
    for _ in range(2):
        other = [data.draw(st.sampled_from(sorted({low, high, (low + high) // 2}))) for low, high in ranges]
        assert run(*other) == plan


def test_the_nearest_comparisons_bound_the_values() -> None:
    with noting() as noted:
        assert note("similarity", 91.5, reached=True)
        assert note("similarity", 88.0, reached=True)
        assert not note("similarity", 70.2, reached=False)
    assert noted.whole("similarity", 50, 100) == (71, 88)
    assert noted.whole("confidence", 1, 99) == (1, 99)
    assert noted.hold({"similarity": 88, "confidence": 3})
    assert not noted.hold({"similarity": 70.2})
    with noting() as noted:
        only("similarity", 80.0)
    assert noted.whole("similarity", 50, 100) == (80, 80)


def test_a_text_is_planned_once_where_no_limit_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    run, planned = api.run, list[float]()

    def noted(source: Source, limits: Settings, **given: Any) -> api.Result:
        planned.append(limits.similarity)
        return run(source, limits, **given)

    monkeypatch.setattr(api, "run", noted)
    source = api._source(f"{command.FIRST}\n\n{command.SECOND}\n\n{command.LAST}\n")
    found = tried(source, Settings(), None, tuple(LIMITS.values()))
    assert len(planned) == 1
    assert [[(each.low, each.high) for each in some] for some in found.values()] == [[(50, 100)], [(1, 99)]]
    planned.clear()
    tried(api._source(HELD), Settings(), None, (LIMITS["similarity"],))
    assert len(planned) <= 6


def test_each_pair_of_a_text_is_judged_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, judged = Verdicts._judged, list[tuple[Verdicts, object]]()

    def noted(self: Verdicts, pair: Alignment) -> tuple[Judged, ...]:
        judged.append((self, pair))
        return judge(self, pair)

    monkeypatch.setattr(Verdicts, "_judged", noted)
    monkeypatch.setattr("dedupe_cli.judge.verdicts.KNOWN", 1)
    tried(api._source(HELD), Settings(), None, (LIMITS["similarity"],))
    assert len(judged) == len(set(judged)) > 1


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
    found = stepped(TEXT)
    source, plan = api._source(TEXT), api.run(api._source(TEXT), Settings()).plan
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

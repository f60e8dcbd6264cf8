"""What a person decides: the file, the plan that follows it, and what is marked as the person's own answer."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import command
import strategies
from dedupe_cli import api
from dedupe_cli.errors import PlanError, SettingsError
from dedupe_cli.model import Decision, Plan, Safety, Source, Span
from dedupe_cli.review.decisions import Answer, Decisions, Kind, question, read_decisions
from dedupe_cli.settings import Settings, make
from dedupe_cli.terms import Terms, inspect
from dedupe_cli.text.spans import touches, union

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = json.loads((files("dedupe_cli") / "data" / "decisions.schema.json").read_text(encoding="utf-8"))
HELD = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('nine', 'ten')}\n\n{command.LAST}\n"
INSIDE = f"{command.FIRST}\n\n{command.SECOND} {command.FIRST} {command.LAST}\n"
ZH_HELD = f"{command.ZH_FIRST}\n\n{command.ZH_SECOND}\n\n{command.ZH_FIRST.replace('九点', '十点')}\n"
EVERY = [
    Answer(Kind.ACCEPT),
    Answer(Kind.KEEP_ALL),
    Answer(Kind.KEEP_ONE, 1),
    Answer(Kind.EDIT, text="Words of my own."),
]


def asked(source: Source, decisions: Decisions | None = None, settings: Settings | None = None) -> Plan:
    """The plan as a person is asked about it."""
    return inspect(source, settings or Settings(), Terms(decisions=decisions), bare=False).plan


def decided(text: str, answer: Answer, at: int = 0, **options: Any) -> api.Result:
    source, settings = api._source(text), make(None, **options)
    decisions = Decisions().with_answers([(source, asked(source, settings=settings).groups[at], answer)])
    return api.run(source, settings, terms=Terms(decisions=decisions))


# The file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", EVERY, ids=lambda answer: str(answer.kind))
def test_an_answer_comes_back_from_the_file(answer: Answer) -> None:
    source = api._source(command.ZH_TWICE)
    group = asked(source).groups[0]
    made = Decisions().with_answers([(source, group, answer)])
    text = made.to_json()
    assert read_decisions(text.encode(), "d.json").of(source, group) == answer
    jsonschema.validate(json.loads(text), SCHEMA, cls=jsonschema.Draft202012Validator)
    assert made.with_answers([(source, group, None)]) == Decisions()


def test_the_schema_is_one_and_knows_what_does_not_belong() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    entry = {"answer": "accept", "member": 1, "group": "0" * 8, "rule": "D101", "note": ""}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {"version": 1, "decisions": {"v1:" + "0" * 64: entry}}, SCHEMA, cls=jsonschema.Draft202012Validator
        )


GOOD = {"answer": "keep-one", "member": 2, "group": "00c0ffee", "rule": "D201", "note": "a"}
DAMAGE = {
    "no object": 3,
    "no answer": {k: v for k, v in GOOD.items() if k != "answer"},
    "another answer": GOOD | {"answer": "remove"},
    "no member": {k: v for k, v in GOOD.items() if k != "member"},
    "member 0": GOOD | {"member": 0},
    "member true": GOOD | {"member": True},
    "member of accept": GOOD | {"answer": "accept"},
    "edit without text": {k: v for k, v in GOOD.items() if k != "member"} | {"answer": "edit"},
    "a list": GOOD | {"answer": ["accept"]},
    "id": GOOD | {"group": "x"},
    "rule": GOOD | {"rule": "201"},
}


@pytest.mark.parametrize("row", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_entry_is_refused_by_name(row: object) -> None:
    data = json.dumps({"version": 1, "decisions": {"v1:" + "0" * 64: row}}).encode()
    with pytest.raises(SettingsError, match=re.escape("my.json: decision")):
        read_decisions(data, "my.json")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b"\xff", b"[]", b'{"version": 2, "decisions": {}}', b'{"version": 1}']
)
def test_what_is_no_file_of_decisions_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(SettingsError, match=r"^my\.json") as caught:
        read_decisions(data, "my.json")
    assert "dedupe review" in caught.value.hint


def test_a_good_entry_is_read() -> None:
    found = read_decisions(json.dumps({"version": 1, "decisions": {"v1:" + "0" * 64: GOOD}}).encode(), "my.json")
    assert next(iter(found.entries.values())).answer == Answer(Kind.KEEP_ONE, 1)


# The plan -------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_as_without_a_decision() -> None:
    assert decided(command.TWICE, Answer(Kind.ACCEPT)).text == command.ONCE


@pytest.mark.parametrize("text", [command.TWICE, command.ZH_TWICE, INSIDE, command.TWICE.replace("\n", "\r\n")])
def test_that_all_places_stay_leaves_the_text_as_it_was(text: str) -> None:
    assert decided(text, Answer(Kind.KEEP_ALL)).text == text


def test_another_place_stays_and_that_is_proved() -> None:
    made = decided(command.TWICE, Answer(Kind.KEEP_ONE, 1))
    assert made.text == f"{command.SECOND}\n\n{command.FIRST}\n\n{command.LAST}\n"
    assert made.decided == 0
    assert [m.decision for m in made.plan.groups[0].members] == [Decision.REMOVE, Decision.KEEP]
    assert api.apply_given(made.source, made.plan).text == made.text


def test_a_place_inside_of_a_paragraph_stays() -> None:
    made = decided(INSIDE, Answer(Kind.KEEP_ONE, 1))
    assert made.text == f"{command.SECOND} {command.FIRST} {command.LAST}\n"


@pytest.mark.parametrize("text", [HELD, ZH_HELD])
@pytest.mark.parametrize("stays", [0, 1])
def test_what_is_held_back_goes_as_the_person_s_own_answer(text: str, stays: int) -> None:
    source = api._source(text)
    group = asked(source).groups[0]
    assert group.held
    made = decided(text, Answer(Kind.KEEP_ONE, stays))
    said = [member.spans[0].of(text) for member in group.members]
    assert said[stays] in made.text
    assert said[1 - stays] not in made.text
    assert [edit.safety for edit in made.plan.edits] == [Safety.UNSAFE]
    assert made.decided == 1
    with pytest.raises(PlanError, match="nothing proves"):
        api.apply_given(made.source, made.plan)
    assert api.apply_given(made.source, made.plan, trust=True).text == made.text


def test_the_text_that_stays_is_written_anew() -> None:
    made = decided(command.TWICE, Answer(Kind.EDIT, text="The room opens at nine."))
    assert made.text == command.ONCE.replace(command.FIRST, "The room opens at nine.")
    assert made.decided == 2, "what the copy says may be said no more"


def test_a_text_that_changed_is_another_question() -> None:
    source = api._source(command.TWICE)
    made = Decisions().with_answers([(source, asked(source).groups[0], Answer(Kind.KEEP_ALL))])
    for other in (f"{command.TWICE}\n{command.FIRST}\n", command.TWICE.replace(command.FIRST, command.LAST, 1)):
        later = api._source(other)
        plan = asked(later, made)
        assert plan.groups
        assert all(made.of(later, group) is None for group in plan.groups)
    moved = api._source(f"Another first line, as it happens.\n\n{command.TWICE}")
    assert asked(moved, made).groups == (), "a place may move"


def test_places_that_a_file_protects_stay_whoever_says_so() -> None:
    source = api._source(HELD)
    made = Decisions().with_answers([(source, asked(source).groups[0], Answer(Kind.KEEP_ONE, 0))])
    assert api.run(source, Settings(), terms=Terms(decisions=made, protected=True)).text == HELD


def test_an_answer_about_more_places_than_there_are_is_none() -> None:
    source = api._source(command.TWICE)
    group = asked(source).groups[0]
    made = Decisions().with_answers([(source, group, Answer(Kind.KEEP_ONE, 7))])
    assert made.of(source, group) is None


@given(text=strategies.texts(), data=st.data())
def test_decisions_hold_whatever_the_text(text: str, data: st.DataObject) -> None:
    source = api._source(text)
    plan = asked(source)
    decisions = Decisions()
    wishes = {}
    for group in plan.groups:
        kind = data.draw(st.sampled_from([None, *Kind]))
        if kind is None or question(source, group) in wishes:
            continue
        member = data.draw(st.integers(0, len(group.members) - 1)) if kind is Kind.KEEP_ONE else 0
        answer = Answer(kind, member, "My own words stand here." if kind is Kind.EDIT else "")
        wishes[question(source, group)] = answer
        decisions = decisions.with_answers([(source, group, answer)])
    made = api.run(source, Settings(), terms=Terms(decisions=decisions))
    gone = union(edit.span for edit in made.plan.edits if any(map(str.isalnum, edit.span.of(text))))
    for group in asked(source, decisions).groups:
        answer = wishes.get(question(source, group), Answer(Kind.ACCEPT))
        there = [each for each in made.plan.groups if each.fingerprint == group.fingerprint]
        if (
            answer.kind is Kind.KEEP_ONE
            and there
            and there[0].members[there[0].kept].spans == group.members[answer.member].spans
        ):
            for span in group.members[answer.member].spans:
                assert not touches(_lettered(text, span), gone)
    assert (
        api.apply_given(source, made.plan, trust=made.decided > 0, terms=Terms(decisions=decisions)).text == made.text
    )


@given(text=strategies.texts())
def test_that_everything_stays_changes_nothing(text: str) -> None:
    source = api._source(text)
    decisions = Decisions()
    for _ in range(20):
        plan = asked(source, decisions)
        if not plan.groups:
            break
        for group in plan.groups:
            decisions = decisions.with_answers([(source, group, Answer(Kind.KEEP_ALL))])
    assert api.run(source, Settings(), terms=Terms(decisions=decisions)).text == text


def _lettered(text: str, span: Span) -> Span:
    """A span from its first letter to its last one."""
    at = [i for i in range(span.start, span.end) if text[i].isalnum()]
    return Span(at[0], at[-1] + 1) if at else Span(span.start, span.start)


# The command ----------------------------------------------------------------------------------------------------


def written(folder: Path, text: str, answer: Answer) -> None:
    (folder / "in.txt").write_text(text, encoding="utf-8")
    source = api.load(folder / "in.txt")
    made = Decisions().with_answers([(source, asked(source).groups[0], answer)])
    (folder / "d.json").write_text(made.to_json(), encoding="utf-8")


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> tuple[int, str, str]:
    monkeypatch.chdir(folder)
    done = command.here(args)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_clean_follows_a_file_and_undo_knows_what_a_person_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, HELD, Answer(Kind.KEEP_ONE, 1))
    code, out, _ = run(tmp_path, monkeypatch, "clean", "--decisions", "d.json", "in.txt")
    assert (code, out.startswith(command.SECOND)) == (0, True)
    assert run(tmp_path, monkeypatch, "clean", "--check", "--decisions", "d.json", "in.txt")[0] == 1
    assert run(tmp_path, monkeypatch, "diff", "--decisions", "d.json", "in.txt")[1].startswith("# dedupe: 1 cut")
    code, _, err = run(tmp_path, monkeypatch, "clean", "-w", "--decisions", "d.json", "in.txt")
    assert code == 0, err
    assert "1 by decision" in run(tmp_path, monkeypatch, "undo", "--list")[1]
    assert run(tmp_path, monkeypatch, "undo", "in.txt")[0] == 0
    assert (tmp_path / "in.txt").read_text("utf-8") == HELD


def test_a_plan_that_was_made_under_decisions_is_trusted_by_word_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, HELD, Answer(Kind.KEEP_ONE, 0))
    assert run(tmp_path, monkeypatch, "clean", "-n", "--decisions", "d.json", "in.txt", "--plan-out", "p.json")[0] == 0
    assert json.loads((tmp_path / "p.json").read_text("utf-8"))["edits"][0]["safety"] == "unsafe"
    assert run(tmp_path, monkeypatch, "clean", "--plan", "p.json", "in.txt")[0] == 2
    code, out, _ = run(tmp_path, monkeypatch, "clean", "--plan", "p.json", "--trust-plan", "in.txt")
    assert (code, "ten" in out) == (0, False)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["clean", "--decisions", "no.json", "in.txt"], "no.json: no such file"),
        (["clean", "--decisions", "in.txt", "in.txt"], "in.txt:1: no decisions: it is not JSON"),
        (["clean", "--decisions", "d.json", "--plan", "d.json", "in.txt"], "--plan and --decisions contradict"),
        (["clean", "--decisions", "d.json", "--across", "in.txt", "-n"], "--decisions is about each text alone"),
        (
            ["clean", "--decisions", "d.json", "--type", "jsonl", "in.txt"],
            "nothing is asked about records, so --decisions has no answers for them",
        ),
    ],
)
def test_what_contradicts_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str) -> None:
    written(tmp_path, command.TWICE, Answer(Kind.ACCEPT))
    code, out, err = run(tmp_path, monkeypatch, *args)
    assert (code, out) == (2, "")
    assert f"error: {said}" in err
    assert "hint: " in err

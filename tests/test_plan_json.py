"""Plans as JSON: the same plan comes back, the schema holds, and every kind of damage is refused."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import command
from dedupe_cli import api, apply_plan, plan
from dedupe_cli.errors import DedupeError, PlanError, StaleSourceError
from dedupe_cli.model import (
    Decision,
    Difference,
    Edit,
    Group,
    Kind,
    Member,
    Note,
    Plan,
    Reason,
    Safety,
    Source,
    Span,
)  # fmt: skip
from dedupe_cli.pipeline import make_plan
from dedupe_cli.read.decode import decode
from dedupe_cli.read.plan import read_plan
from dedupe_cli.render.plan import plan_json
from dedupe_cli.settings import Settings

if TYPE_CHECKING:
    from enum import Enum

SCHEMA = json.loads((files("dedupe_cli") / "data" / "plan.schema.json").read_text(encoding="utf-8"))
SOURCE = decode(command.TWICE.encode(), "in.txt")


def full() -> Plan:
    """A plan with every field in use."""
    kept = Member((Span(0, 20), Span(30, 40)), Decision.KEEP, (Span(0, 20),))
    differences = (
        Difference(Span(1, 2), Span(101, 102), Kind.NOISE, None, -1.25),
        Difference(Span(3, 3), Span(104, 106), Kind.CONTENT, Reason.NUMBER, 3.0),
    )
    copy = Member((Span(100, 120),), Decision.REMOVE, (Span(0, 20),), 97.5, differences)
    held = Member((Span(130, 150),), Decision.HOLD, (Span(0, 20),), 91.0)
    evidence = (("score", 1.546), ("size", 1.439), ("alike", -0.5))
    fingerprint, reasons = "v1:" + "ab" * 32, (Reason.NUMBER, Reason.NAME)
    group = Group("D201", (kept, copy, held), 0, fingerprint, Safety.SIMILAR, reasons, evidence)
    edit = Edit(Span(100, 122), "", "D201", "near copy", Safety.SIMILAR, 0, (Span(0, 20),))
    note = Note("W101", Span(60, 70), "a broken sentence")
    return Plan(SOURCE.digest, len(SOURCE.text), (edit,), (group,), (note,), Settings().as_dict())


def stored(made: Plan | None = None, source: Source = SOURCE) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(plan_json(made or full(), source))
    return value


def read(value: object, source: Source = SOURCE) -> Plan:
    return read_plan(json.dumps(value).encode(), source)


def test_the_same_plan_comes_back() -> None:
    assert read_plan(plan_json(full(), SOURCE).encode(), SOURCE) == full()


@pytest.mark.parametrize("made", [full(), plan(SOURCE), plan(SOURCE, min_length=1000)])
def test_the_schema_holds(made: Plan) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(stored(made), SCHEMA, cls=jsonschema.Draft202012Validator)
    assert read_plan(plan_json(made, SOURCE).encode(), SOURCE) == made


@pytest.mark.parametrize("word", [Decision, Kind, Reason, Safety])
def test_the_schema_has_every_word_of_a_plan(word: type[Enum]) -> None:
    value = stored()
    key = word.__name__.lower()
    for each in word:
        group, said = value["groups"][0], each.label if isinstance(each, Safety) else each.value
        place = group["members"][1] if word is Decision else group["members"][1]["differences"][0]
        (group if word is Safety else place)[key] = said
        assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(value)) == []


def test_what_is_removed_is_written_down() -> None:
    assert [e["removed"] for e in stored(plan(SOURCE))["edits"]] == [command.FIRST + "\n\n"]


def test_keys_of_a_later_writer_are_passed_over() -> None:
    value = stored()
    value["later"] = value["edits"][0]["later"] = 1
    assert read(value) == full()


def test_the_evidence_is_written_down() -> None:
    (group,) = stored()["groups"]
    assert group["confidence"] == 82.4
    assert group["evidence"] == [["score", 1.546], ["size", 1.439], ["alike", -0.5]]


def test_plans_of_before_have_no_evidence() -> None:
    value = stored()
    del value["groups"][0]["confidence"], value["groups"][0]["evidence"]
    assert read(value).groups[0].evidence == ()


def test_lone_surrogates_come_back() -> None:
    text = "".join(["\ud800 a text of some length that is said twice here.\n\n"] * 2) + "end\n"
    source = api._source(text)
    data = plan_json(plan(source), source).encode("utf-8")
    assert apply_plan(source, read_plan(data, source)) == api.clean(text)


DAMAGE: list[tuple[str, Any]] = [
    ("", None), ("", []), ("", 3),
    ("schema_version", 2), ("schema_version", True), ("schema_version", "1"), ("schema_version", ...),
    ("digest", "xyz"), ("digest", 5), ("length", -1), ("length", "9"), ("length", 1.5), ("length", ...),
    ("settings", []), ("settings", {"keep": "frist"}), ("settings", {"colour": "red"}), ("settings", {"similarity": "80"}),
    ("settings", {"normalize": 5}), ("settings", {"normalize": ["width", 5]}), ("settings", {"similarity": True}),
    ("edits", {}), ("edits", None), ("edits", [5]), ("edits", ...),
    ("edits.0.start", -1), ("edits.0.start", True), ("edits.0.start", 999), ("edits.0.start", 121.0), ("edits.0.start", ...),
    ("edits.0.end", 99), ("edits.0.end", 10**9), ("edits.0.replacement", None), ("edits.0.replacement", 1),
    ("edits.0.rule", "X"), ("edits.0.rule", 101), ("edits.0.reason", []), ("edits.0.safety", "sure"), ("edits.0.safety", 1),
    ("edits.0.group", 1), ("edits.0.group", -2), ("edits.0.kept", [[1]]), ("edits.0.kept", [[2, 1]]), ("edits.0.kept", [[0, 999]]),
    ("edits.0.kept", [[0, 1, 2]]), ("edits.0.kept", "ab"), ("edits.0.removed", "something else"), ("edits.0.removed", ...),
    ("groups", 1), ("groups.0.members", []), ("groups.0.kept", 3), ("groups.0.kept", -1), ("groups.0.fingerprint", "v1:abc"),
    ("groups.0.id", "00000000"), ("groups.0.reasons", ["colour"]), ("groups.0.reasons", "number"), ("groups.0.rule", "d201"),
    ("groups.0.members.0.spans", []), ("groups.0.members.0.decision", "perhaps"), ("groups.0.members.0.similarity", 101),
    ("groups.0.members.0.similarity", "97"), ("groups.0.members.1.differences.0.kind", "odd"),
    ("groups.0.members.1.differences.0.kept", [3]), ("groups.0.members.1.differences.0.score", "high"),
    ("groups.0.members.1.differences.1.reason", "colour"), ("groups.0.members.1.differences.1.reason", 4),
    ("groups.0.confidence", 50), ("groups.0.confidence", "82"), ("groups.0.confidence", ...), ("groups.0.evidence", ...),
    ("groups.0.evidence", []), ("groups.0.evidence", [["size", 1.4]]), ("groups.0.evidence", [["score"]]),
    ("groups.0.evidence", [["score", 10**9]]),
    ("groups.0.evidence", [["score", 1.546], ["Size!", 1]]), ("groups.0.evidence", [["score", None]]),
    ("notes.0.rule", "W1"), ("notes.0.message", None), ("notes.0.end", 10**6), ("notes", "none"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "new"), DAMAGE)
def test_damage_is_refused(path: str, new: object) -> None:
    value: Any = {"top": stored()}
    *way, last = ["top", *path.split(".")] if path else ["top"]
    node = value
    for key in way:
        node = node[int(key) if isinstance(node, list) else key]
    if new is ...:
        del node[last]
    else:
        node[last] = new
    with pytest.raises((PlanError, StaleSourceError)) as caught:
        read(value["top"])
    assert caught.value.hint
    if not isinstance(caught.value, StaleSourceError):
        assert caught.value.message.startswith("plan")


TEXTS = {
    "empty": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"a": "\xff"}',
    "not a number": b'{"a": NaN}',
    "a key twice": b'{"a": 1, "a": 2}',
    "thousands of digits": b'{"schema_version": ' + b"9" * 10_000 + b"}",
    "too deep": b"[" * 200_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_plan(name: str) -> None:
    with pytest.raises(PlanError):
        read_plan(TEXTS[name], SOURCE)


def test_edits_out_of_order_are_refused() -> None:
    value = stored()
    value["edits"].append(value["edits"][0])
    with pytest.raises(PlanError, match=r"edits\[1\]: begins before"):
        read(value)


def test_another_text_is_refused() -> None:
    with pytest.raises(StaleSourceError):
        read(stored(), decode(command.ONCE.encode(), "other.txt"))


def test_a_plan_that_loses_something_is_not_applied() -> None:
    value = stored(plan(SOURCE))
    value["edits"][0]["kept"] = []
    with pytest.raises(DedupeError, match="names no text that stays"):
        apply_plan(SOURCE, read(value))


def test_what_stays_is_told_only_where_somebody_asks() -> None:
    source, settings = decode(command.TWICE.encode(), "in.txt"), Settings(confidence=99)
    quiet, asked = make_plan(source, settings), make_plan(source, settings, asks=True)
    assert not quiet.rejections
    (rejection,) = asked.rejections
    assert (rejection.reason, rejection.span.of(source.text)) == ("meant", command.FIRST.rstrip("."))
    assert rejection.score == rejection.evidence[0][1] < 5
    assert quiet == asked
    assert plan_json(quiet, source) == plan_json(asked, source)

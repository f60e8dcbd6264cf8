"""A plan from JSON. The file may come from anywhere, so every field is checked before it is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypeVar

from dedupe_cli.errors import PlanError, SettingsError, StaleSourceError
from dedupe_cli.model import (
    Decision,
    Difference,
    Edit,
    Evidence,
    Group,
    Kind,
    Member,
    Note,
    Plan,
    Reason,
    Safety,
    Source,
    Span,
    confidence,
)
from dedupe_cli.settings import make

SCHEMA_VERSION = 1
# In bytes. A plan holds what it removes, so it grows with its text; reading one takes about ten times its size.
LARGEST = 1 << 28

_HINT = "make it anew: dedupe clean FILE --dry-run --plan-out PLAN"
_FINGERPRINT = re.compile(r"v\d+:[0-9a-f]{64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z]{1,20}")
# Log odds beyond any that are made, and how far a confidence of one decimal may be from them.
_LOG_ODDS, _ROUNDED = 1000.0, 0.1
_RULE = re.compile(r"[A-Z]\d{3}")

Choice = TypeVar("Choice", Decision, Kind, Reason)


def read_plan(data: bytes, source: Source) -> Plan:
    """Read the plan that was made for ``source``.

    Raises :class:`PlanError` (with the place in the file) when it is damaged, of another version or does not
    fit into the text, :class:`StaleSourceError` when it was made for another text.
    """
    top = _Node(_parse(data), "plan")
    if top.at("schema_version").integer() != SCHEMA_VERSION:
        version = top.at("schema_version").value
        raise PlanError(f"plan: schema_version {version}, not {SCHEMA_VERSION}", hint=_HINT)
    digest, length = top.at("digest").match(_DIGEST), top.at("length").integer()
    if digest != source.digest or length != len(source.text):
        raise StaleSourceError(
            f"{source.path}: not the text that this plan was made for",
            hint="make the plan anew with --plan-out",
        )
    groups = tuple(_group(item, length) for item in top.at("groups").items())
    edits = tuple(_edit(item, source.text, len(groups)) for item in top.at("edits").items())
    _check_order(edits)
    notes = tuple(_note(item, length) for item in top.at("notes").items())
    return Plan(digest, length, edits, groups, notes, _settings(top.at("settings")))


def _parse(data: bytes) -> object:
    if len(data) > LARGEST:
        raise PlanError(f"plan: {len(data)} bytes are more than {LARGEST}", hint=_HINT)
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise PlanError("plan: nested too deep", hint=_HINT) from None
    except ValueError as error:  # not UTF-8, not JSON, a number of thousands of digits, a key twice
        raise PlanError(f"plan: not JSON ({error})", hint=_HINT) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


class _Node:
    """One value of the file with its place, for messages."""

    __slots__ = ("path", "value")

    def __init__(self, value: object, path: str) -> None:
        self.value, self.path = value, path

    def wrong(self, expected: str) -> PlanError:
        return PlanError(f"{self.path}: expected {expected}", hint=_HINT)

    def at(self, key: str) -> _Node:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        if key not in self.value:
            raise self.wrong(f"the key {key!r}")
        return _Node(self.value[key], f"{self.path}.{key}")

    def has(self, key: str) -> bool:
        """Tell whether a key that may be left out stands there."""
        return isinstance(self.value, dict) and key in self.value

    def items(self) -> list[_Node]:
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [_Node(value, f"{self.path}[{i}]") for i, value in enumerate(self.value)]

    def integer(self, low: int = 0, high: int | None = None) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.wrong("a whole number")
        if self.value < low or (high is not None and self.value > high):
            raise self.wrong(f"a number from {low}" + (f" to {high}" if high is not None else ""))
        return self.value

    def number(self, low: float = float("-inf"), high: float = float("inf")) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            raise self.wrong("a number")
        if not low <= self.value <= high:
            raise self.wrong(f"a number from {low:g} to {high:g}")
        return float(self.value)

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        return self.value

    def match(self, pattern: re.Pattern[str]) -> str:
        if not pattern.fullmatch(self.text()):
            raise self.wrong(f"a string like {pattern.pattern}")
        return self.text()

    def choice(self, kind: type[Choice]) -> Choice:
        try:
            return kind(self.text())
        except ValueError:
            raise self.wrong(f"one of {', '.join(kind)}") from None

    def safety(self) -> Safety:
        labels = {each.label: each for each in Safety}
        if self.text() not in labels:
            raise self.wrong(f"one of {', '.join(labels)}")
        return labels[self.text()]

    def span(self, length: int) -> Span:
        pair = self.items()
        if len(pair) != 2:
            raise self.wrong("a pair [start, end]")
        return _ordered(self, pair[0], pair[1], length)

    def spans(self, length: int) -> tuple[Span, ...]:
        return tuple(item.span(length) for item in self.items())


def _ordered(where: _Node, start: _Node, end: _Node, length: int) -> Span:
    low, high = start.integer(0, length), end.integer(0, length)
    if low > high:
        raise where.wrong("a start that is not behind the end")
    return Span(low, high)


def _edit(node: _Node, text: str, groups: int) -> Edit:
    span = _ordered(node, node.at("start"), node.at("end"), len(text))
    if node.at("removed").text() != span.of(text):
        raise PlanError(f"{node.path}.removed is not what stands there in the text", hint=_HINT)
    return Edit(
        span,
        node.at("replacement").text(),
        node.at("rule").match(_RULE),
        node.at("reason").text(),
        node.at("safety").safety(),
        node.at("group").integer(-1, groups - 1),
        node.at("kept").spans(len(text)),
    )


def _check_order(edits: Sequence[Edit]) -> None:
    for i in range(1, len(edits)):
        if edits[i].span.start < edits[i - 1].span.end:
            raise PlanError(f"plan.edits[{i}]: begins before the edit before it ends", hint=_HINT)


def _group(node: _Node, length: int) -> Group:
    members = tuple(_member(item, length) for item in node.at("members").items())
    if not members:
        raise node.at("members").wrong("one member at least")
    group = Group(
        node.at("rule").match(_RULE),
        members,
        node.at("kept").integer(0, len(members) - 1),
        node.at("fingerprint").match(_FINGERPRINT),
        node.at("safety").safety(),
        tuple(item.choice(Reason) for item in node.at("reasons").items()),
        _evidence(node),
    )
    if node.at("id").text() != group.id:
        raise node.at("id").wrong("the first eight digits of the fingerprint")
    return group


def _evidence(node: _Node) -> Evidence:
    """Return what the decision was made of; plans of earlier versions, and what was not weighed, have none."""
    if not node.has("evidence") and not node.has("confidence"):
        return ()
    found = tuple(_term(item) for item in node.at("evidence").items())
    if not found or found[0][0] != "score":
        raise node.at("evidence").wrong("the sum, 'score', as the first pair")
    sure = node.at("confidence")
    if abs(sure.number(0, 100) - confidence(found[0][1])) > _ROUNDED:
        raise sure.wrong("what the score says")
    return found


def _term(node: _Node) -> tuple[str, float]:
    pair = node.items()
    if len(pair) != 2:
        raise node.wrong("a pair [name, value]")
    return pair[0].match(_NAME), pair[1].number(-_LOG_ODDS, _LOG_ODDS)


def _member(node: _Node, length: int) -> Member:
    spans = node.at("spans").spans(length)
    if not spans:
        raise node.at("spans").wrong("one span at least")
    return Member(
        spans,
        node.at("decision").choice(Decision),
        node.at("against").spans(length),
        node.at("similarity").number(0, 100),
        tuple(_difference(item, length) for item in node.at("differences").items()),
    )


def _difference(node: _Node, length: int) -> Difference:
    reason = node.at("reason")
    return Difference(
        node.at("kept").span(length),
        node.at("copy").span(length),
        node.at("kind").choice(Kind),
        None if reason.value is None else reason.choice(Reason),
        node.at("score").number(),
    )


def _note(node: _Node, length: int) -> Note:
    span = _ordered(node, node.at("start"), node.at("end"), length)
    return Note(node.at("rule").match(_RULE), span, node.at("message").text())


def _settings(node: _Node) -> dict[str, object]:
    """Return the settings as they stand there, after they have passed the same checks as options."""
    if not isinstance(node.value, dict):
        raise node.wrong("an object")
    values = dict(node.value)
    for name in {"normalize", "fix", "remove_phrases"} & set(values):
        values[name] = [word.text() for word in node.at(name).items()]
    try:
        make(None, **values)
    except (SettingsError, TypeError) as error:
        raise PlanError(f"{node.path}: {error}", hint=_HINT) from None
    return dict(node.value)

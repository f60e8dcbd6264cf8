"""Values of a plan as JSON and back: for each one table of what is written, and of what is believed when it is read.

What is read may come from anywhere, so every field is checked before it is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from dedupe_cli.errors import PlanError
from dedupe_cli.model import (
    Cut,
    Decision,
    Difference,
    Edit,
    Evidence,
    Group,
    Kind,
    Member,
    Note,
    Reason,
    Safety,
    Span,
    confidence,
    told_confidence,
)

HINT = "make it anew: dedupe clean FILE --dry-run --plan-out PLAN"
# Log odds beyond any that are made, and how far a confidence of one decimal may be from them.
_LOG_ODDS, _ROUNDED = 1000.0, 0.1

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)


class Node:
    """One value of a file with its place, for messages; ``sizes`` are those of the text that stays and of its copy."""

    __slots__ = ("path", "sizes", "value")

    def __init__(self, value: object, path: str, sizes: tuple[int, int] = (0, 0)) -> None:
        self.value, self.path, self.sizes = value, path, sizes

    def wrong(self, expected: str) -> PlanError:
        """Return the error for what is not as it is expected."""
        return PlanError(f"{self.path}: expected {expected}", hint=HINT)

    def at(self, key: str) -> Node:
        """Return the value of a key; raises :class:`PlanError` where there is none."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        if key not in self.value:
            raise self.wrong(f"the key {key!r}")
        return Node(self.value[key], f"{self.path}.{key}", self.sizes)

    def items(self, least: int = 0, most: int | None = None) -> list[Node]:
        """Return the values of a list; raises :class:`PlanError` for another number of them."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        if len(self.value) < least or (most is not None and len(self.value) > most):
            raise self.wrong(f"a list of {least}" + (" or more" if most is None else ""))
        return [Node(value, f"{self.path}[{i}]", self.sizes) for i, value in enumerate(self.value)]

    def integer(self, low: int = 0, high: int | None = None) -> int:
        """Return a whole number; raises :class:`PlanError` out of its bounds."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.wrong("a whole number")
        if self.value < low or (high is not None and self.value > high):
            raise self.wrong(f"a number from {low}" + (f" to {high}" if high is not None else ""))
        return self.value

    def number(self, low: float = float("-inf"), high: float = float("inf")) -> float:
        """Return a number; raises :class:`PlanError` out of its bounds."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            raise self.wrong("a number")
        if not low <= self.value <= high:
            raise self.wrong(f"a number from {low:g} to {high:g}")
        return float(self.value)

    def text(self, pattern: str = r"(?s:.*)") -> str:
        """Return a string; raises :class:`PlanError` for one that the expression does not match."""
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        if not re.fullmatch(pattern, self.value):
            raise self.wrong(f"a string like {pattern}")
        return self.value

    def span(self, side: int) -> Span:
        """Return a pair as a stretch of the text that stays (0) or of its copy (1)."""
        start, end = self.items(2, 2)
        return self.stretch(start, end, side)

    def stretch(self, start: Node, end: Node, side: int = 1) -> Span:
        """Return a stretch between two places; raises :class:`PlanError` where there is none."""
        low, high = start.integer(0, self.sizes[side]), end.integer(0, self.sizes[side])
        if low > high:
            raise self.wrong("a start that is not behind the end")
        return Span(low, high)


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How a value is written as JSON, and how it is read: ``read`` raises :class:`PlanError` for what it cannot be."""

    write: Callable[[T], Any]
    read: Callable[[Node], T]


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of an object that are no field of the same name: what they say of a value, the arguments read from them."""

    write: Callable[[Any], dict[str, Any]]
    read: Callable[[Node], dict[str, Any]] = lambda _: {}


def keyed_json(version: int, name: str, rows: dict[str, Any]) -> str:
    """Return the text of a file of rows by their keys, a row a line, so that two branches merge."""
    lines = (f"    {json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in sorted(rows.items()))
    body = "{\n" + ",\n".join(lines) + "\n  }" if rows else "{}"
    return f'{{\n  "version": {version},\n  "{name}": {body}\n}}\n'


def plain(read: Callable[[Node], T]) -> Shape[T]:
    """Return the shape of what is JSON as it is."""
    return Shape(lambda value: value, read)


def many(shape: Shape[T], least: int = 0) -> Shape[tuple[T, ...]]:
    """Return the shape of a tuple: a list."""
    return Shape(
        lambda values: [shape.write(value) for value in values],
        lambda node: tuple([shape.read(item) for item in node.items(least)]),
    )


def word(kind: type[Word]) -> Shape[Word]:
    """Return the shape of one of a few words."""

    def read(node: Node) -> Word:
        try:
            return kind(node.text())
        except ValueError:
            raise node.wrong(f"one of {', '.join(kind)}") from None

    return Shape(str, read)


def maybe(shape: Shape[T]) -> Shape[T | None]:
    """Return the shape of what may be missing: null."""
    return Shape(
        lambda value: None if value is None else shape.write(value),
        lambda node: None if node.value is None else shape.read(node),
    )


def record(make: Callable[..., T], **shapes: Shape[Any] | Keys) -> Shape[T]:
    """Return the shape of an object: a key for each field, in this order, or keys of their own."""
    parts = [_field(name, shape) if isinstance(shape, Shape) else shape for name, shape in shapes.items()]

    def write(value: T) -> dict[str, Any]:
        return {key: row for part in parts for key, row in part.write(value).items()}

    def read(node: Node) -> T:
        return make(**{name: value for part in parts for name, value in part.read(node).items()})

    return Shape(write, read)


def _field(name: str, shape: Shape[Any]) -> Keys:
    return Keys(lambda value: {name: shape.write(getattr(value, name))}, lambda node: {name: shape.read(node.at(name))})


def _safety(node: Node) -> Safety:
    labels = {each.label: each for each in Safety}
    if node.text() not in labels:
        raise node.wrong(f"one of {', '.join(labels)}")
    return labels[node.text()]


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """Return how sure it is that something is an accident, in percent, and what speaks most for and against that."""
    if not evidence:
        return {}
    return {"confidence": told_confidence(evidence[0][1]), "evidence": [list(pair) for pair in evidence]}


def _evidence(node: Node) -> dict[str, Evidence]:
    """Return what the decision was made of; plans of earlier versions, and what was not weighed, have none."""
    if isinstance(node.value, dict) and not {"evidence", "confidence"} & node.value.keys():
        return {}
    found = tuple(_term(*item.items(2, 2)) for item in node.at("evidence").items())
    if not found or found[0][0] != "score":
        raise node.at("evidence").wrong("the sum, 'score', as the first pair")
    sure = node.at("confidence")
    if abs(sure.number(0, 100) - confidence(found[0][1])) > _ROUNDED:
        raise sure.wrong("what the score says")
    return {"evidence": found}


def _term(name: Node, value: Node) -> tuple[str, float]:
    return name.text("[a-z]{1,20}"), value.number(-_LOG_ODDS, _LOG_ODDS)


def _group(node: Node) -> Group:
    group = _GROUP.read(node)
    if group.kept >= len(group.members):
        raise node.at("kept").wrong(f"a number from 0 to {len(group.members) - 1}")
    if node.at("id").text() != group.id:
        raise node.at("id").wrong("the first eight digits of the fingerprint")
    return group


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]


KEPT: Shape[Span] = Shape(_pair, lambda node: node.span(0))
COPY: Shape[Span] = Shape(_pair, lambda node: node.span(1))
SAFETY: Shape[Safety] = Shape(lambda safety: safety.label, _safety)
_TEXT, _RULE = plain(Node.text), plain(lambda node: node.text(r"[A-Z]\d{3}"))
_PERCENT, _NUMBER = plain(lambda node: node.number(0, 100)), plain(Node.number)
_PLACE = Keys(
    lambda value: {"start": value.span.start, "end": value.span.end},
    lambda node: {"span": node.stretch(node.at("start"), node.at("end"))},
)
_DIFFERENCE = record(Difference, kept=KEPT, copy=COPY, kind=word(Kind), reason=maybe(word(Reason)), score=_NUMBER)
CUT = record(
    Cut,
    span=COPY,
    copy=many(COPY),
    kept=many(KEPT),
    similarity=_PERCENT,
    differences=many(_DIFFERENCE),
    held=many(word(Reason)),
)
_MEMBER = record(
    Member,
    spans=many(COPY, 1),
    decision=word(Decision),
    against=many(KEPT),
    similarity=_PERCENT,
    differences=many(_DIFFERENCE),
)
EDIT = record(
    Edit,
    span=_PLACE,
    replacement=_TEXT,
    rule=_RULE,
    reason=_TEXT,
    safety=SAFETY,
    group=plain(lambda node: node.integer(-1)),
    kept=many(KEPT),
)
_GROUP = record(
    Group,
    id=Keys(lambda group: {"id": group.id}),
    fingerprint=plain(lambda node: node.text(r"v\d+:[0-9a-f]{64}")),
    rule=_RULE,
    safety=SAFETY,
    reasons=many(word(Reason)),
    similarity=Keys(lambda group: {"similarity": dict(zip(("min", "max"), group.similarity, strict=True))}),
    evidence=Keys(lambda group: evidence_json(group.evidence), _evidence),
    kept=plain(Node.integer),
    members=many(_MEMBER, 1),
)
GROUP = Shape(_GROUP.write, _group)
NOTE = record(Note, rule=_RULE, span=_PLACE, message=_TEXT)

"""The order of the stages, on one screen."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from dedupe_cli.model import Decision, Edit, Group, Member, Plan, Safety, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe_cli.model import Source
    from dedupe_cli.settings import Settings

    Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def make_plan(source: Source, settings: Settings, progress: Progress = silent) -> Plan:
    """Plan what is to be done to one text; ``progress(stage, done, total)`` is told how far the work is."""
    progress("compare", 0, 1)
    text = source.text
    first: dict[str, list[Span]] = {}
    for m in re.finditer(r"(?:.+\n?)+", text):
        body = m.group().rstrip("\n")
        if len(body) >= settings.min_length:
            first.setdefault(body, []).append(Span(m.start(), m.start() + len(body)))
    groups, edits = [], []
    for body, spans in first.items():
        if len(spans) < 2:
            continue
        members = tuple(
            Member((s,), Decision.REMOVE if i else Decision.KEEP, (spans[0],)) for i, s in enumerate(spans)
        )
        for s in spans[1:]:
            end = re.compile(r"\s*").match(text, s.end).end()  # type: ignore[union-attr]
            edits.append(Edit(Span(s.start, end), "", "D101", "exact copy", Safety.EXACT, len(groups), (spans[0],)))
        groups.append(Group("D101", members, 0, "v1:" + hashlib.sha256(body.encode()).hexdigest()))
    edits.sort(key=lambda e: e.span)
    progress("compare", 1, 1)
    return Plan(source.digest, len(text), tuple(edits), tuple(groups), (), settings.as_dict())

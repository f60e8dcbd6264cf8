"""A plan as JSON: one edit, group or note a line, so that two plans can be compared with diff."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from dedupe_cli.model import Difference, Edit, Evidence, Group, Member, Note, Plan, Source, Span, confidence
from dedupe_cli.render.escape import json_inert

SCHEMA_VERSION = 1


def plan_json(plan: Plan, source: Source) -> str:
    """Return the plan as JSON; positions are code points of the decoded text, ends exclusive.

    The same plan gives the same bytes: no time, no path, keys in a fixed order.
    """
    parts = [
        f'"schema_version": {SCHEMA_VERSION}',
        f'"digest": {_one(plan.digest)}',
        f'"length": {plan.length}',
        f'"settings": {_one(dict(sorted(plan.settings.items())))}',
        f'"edits": {_many(_edit(e, source.text) for e in plan.edits)}',
        f'"groups": {_many(map(_group, plan.groups))}',
        f'"notes": {_many(map(_note, plan.notes))}',
    ]
    return "{\n" + ",\n".join(f"  {part}" for part in parts) + "\n}\n"


def _one(value: Any) -> str:
    return json_inert(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _many(values: Iterable[dict[str, Any]]) -> str:
    rows = [f"    {_one(value)}" for value in values]
    return "[\n" + ",\n".join(rows) + "\n  ]" if rows else "[]"


def _spans(spans: Sequence[Span]) -> list[list[int]]:
    return [[s.start, s.end] for s in spans]


def _edit(edit: Edit, text: str) -> dict[str, Any]:
    return {
        "start": edit.span.start,
        "end": edit.span.end,
        "replacement": edit.replacement,
        "rule": edit.rule,
        "reason": edit.reason,
        "safety": edit.safety.label,
        "group": edit.group,
        "kept": _spans(edit.kept),
        "removed": edit.span.of(text),
    }


def _group(group: Group) -> dict[str, Any]:
    low, high = group.similarity
    return {
        "id": group.id,
        "fingerprint": group.fingerprint,
        "rule": group.rule,
        "safety": group.safety.label,
        "reasons": [str(reason) for reason in group.reasons],
        "similarity": {"min": low, "max": high},
        **reasons_given(group.evidence),
        "kept": group.kept,
        "members": [_member(m) for m in group.members],
    }


def reasons_given(evidence: Evidence) -> dict[str, Any]:
    """Return how sure it is that something is an accident, in percent, and what speaks most for and against that."""
    if not evidence:
        return {}
    return {"confidence": round(confidence(evidence[0][1]), 1), "evidence": [list(pair) for pair in evidence]}


def _member(member: Member) -> dict[str, Any]:
    return {
        "spans": _spans(member.spans),
        "decision": str(member.decision),
        "against": _spans(member.against),
        "similarity": member.similarity,
        "differences": [_difference(d) for d in member.differences],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "kept": _spans([difference.kept])[0],
        "copy": _spans([difference.copy])[0],
        "kind": str(difference.kind),
        "reason": str(difference.reason) if difference.reason else None,
        "score": difference.score,
    }


def _note(note: Note) -> dict[str, Any]:
    return {"rule": note.rule, "start": note.span.start, "end": note.span.end, "message": note.message}

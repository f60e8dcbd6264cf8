"""A plan as JSON: one edit, group or note a line, so that two plans can be compared with diff."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dedupe_cli.render.escape import json_inert
from dedupe_cli.stored import EDIT, GROUP, NOTE

if TYPE_CHECKING:
    from dedupe_cli.model import Plan, Source

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
        f'"edits": {_many(EDIT.write(edit) | {"removed": edit.span.of(source.text)} for edit in plan.edits)}',
        f'"groups": {_many(map(GROUP.write, plan.groups))}',
        f'"notes": {_many(map(NOTE.write, plan.notes))}',
    ]
    return "{\n" + ",\n".join(f"  {part}" for part in parts) + "\n}\n"


def _one(value: Any) -> str:
    return json_inert(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _many(values: Iterable[dict[str, Any]]) -> str:
    rows = [f"    {_one(value)}" for value in values]
    return "[\n" + ",\n".join(rows) + "\n  ]" if rows else "[]"

"""A plan as JSON, one edit, group or note a line, to be compared with others; lines with counts, as of ``uniq -c``."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dedupe_cli.render.pieces import json_inert
from dedupe_cli.stored import EDIT, GROUP, NOTE
from dedupe_cli.text.lines import rows

if TYPE_CHECKING:
    from dedupe_cli.model import Plan, Source

SCHEMA_VERSION = 1


def plan_json(plan: Plan, source: Source) -> str:
    """Return the plan as JSON, the same bytes for the same plan; positions are code points, ends exclusive."""
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


def counted(text: str, plan: Plan) -> str:
    """Return the lines that stay under a plan for lines, each after its count in seven columns and a space."""
    every = list(rows(text))
    starts = [start for start, _ in every]
    counts = [1] * len(every)
    for edit in plan.edits:
        gone = bisect_right(starts, edit.span.trimmed(text).start) - 1
        counts[gone] = 0
        counts[bisect_right(starts, edit.kept[0].start) - 1] += 1
    return "".join(numbered(count, text[start:end]) for count, (start, end) in zip(counts, every, strict=True) if count)


def numbered(count: int, line: str) -> str:
    """Return a line after its count."""
    return f"{count:7d} {line}"

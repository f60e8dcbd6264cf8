"""Lines with the number of times that each is said, as ``uniq -c`` prints them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from dedupe_cli.text.lines import rows

if TYPE_CHECKING:
    from dedupe_cli.model import Plan


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

"""What stays although it is said again at once: code, verse, names that begin alike, what leads to what follows."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from dedupe_cli.text.split import BlockKind, blocks, kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.model import Repeat

# What a loop may not take from: prompts, rows and forms repeat themselves on purpose.
_NEVER = frozenset({BlockKind.CODE, BlockKind.TABLE, BlockKind.RECORD})
# A doubling of so many characters may be one of names that begin alike; how a name goes on.
NAME_REACH = 80
_SIGNS = frozenset("$`{}[]<>|=\\#@^~%")
_NAME_GOES_ON = re.compile(r"[_./:-]{1,2}[0-9A-Za-z_]|(?<=[a-z])[A-Z]|(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")


def staying(text: str, loops: Sequence[Repeat]) -> set[Repeat]:
    """Return the loops that stay."""
    out = _in_standing(text, loops)
    return out | {
        loop for loop in loops if _cuts_name(text, loop) or leads_on(text, loop) or _has_other_signs(text, loop)
    }


def _in_standing(text: str, loops: Sequence[Repeat]) -> set[Repeat]:
    """Return the loops of two rounds or in code, tables and records that stay: commands, rows, lines of verse."""
    spans = blocks(text)
    starts = [span.start for span in spans]
    out = set()
    for repeat in loops:
        at = bisect_right(starts, repeat.cuts[0].copy[0].start) - 1
        what = kind(text, spans[at]) if at >= 0 else BlockKind.PROSE
        if what in _NEVER or (what is BlockKind.VERSE and len(repeat.cuts) == 1):
            out.add(repeat)
    return out


def _has_other_signs(text: str, repeat: Repeat) -> bool:
    """Tell whether two rounds differ in signs of code: ``$( date )`` and the same in backticks are two things."""
    if len(repeat.cuts) > 1:
        return False
    kept, copy = (
        sorted(c for span in spans for c in span.of(text) if c in _SIGNS)
        for spans in (repeat.kept, repeat.cuts[0].copy)
    )
    return kept != copy


def _cuts_name(text: str, repeat: Repeat) -> bool:
    """Tell whether a doubling goes on into a name that is another one: ``format`` and ``format_only``."""
    if len(repeat.cuts) > 1 or repeat.rule != "D203":
        return False
    copy = repeat.cuts[0].copy[-1]
    return len(copy) <= NAME_REACH and _NAME_GOES_ON.match(text, copy.end) is not None


def leads_on(text: str, repeat: Repeat) -> bool:
    """Tell whether what is said again, with other text between, leads to what comes behind it: it ends in a colon."""
    first = repeat.cuts[0].copy[0]
    if repeat.rule != "D203" or not text[first.end : first.end + 3].lstrip("\"'`*)）”’").startswith((":", "：")):
        return False
    return any(map(str.isalnum, text[repeat.kept[-1].end : first.start]))

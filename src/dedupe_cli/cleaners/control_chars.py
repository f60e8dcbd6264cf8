"""Control characters left over from terminals, page breaks and wrong encodings (C102)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import points, present
from dedupe_cli.model import Span

# Sequences that colour a terminal go as a whole; of C1 the next line stays, it is one on some systems.
_CHARS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f"
_FOUND = re.compile(f"\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]{{0,200}}(?:\x07|\x1b\\\\)|[{_CHARS}]+")
_POINTS = points(_CHARS)
_BREAKS = frozenset("\x0b\x0c")


def _propose(text: str) -> Iterable[Fix]:
    if not present(text)[_POINTS].any():
        return
    for match in _FOUND.finditer(text):
        start, end = match.span()
        gap = ""
        if _BREAKS & set(match[0]):
            left = start == 0 or text[start - 1].isspace()
            right = end == len(text) or text[end].isspace()
            gap = "" if left or right else "\n"
        yield Fix(Span(start, end), gap)


CLEANER = Cleaner(
    code="C102",
    name="control-chars",
    title="control characters",
    safe=True,
    effect=Effect.DROPPED,
    page="""\
Control characters (C0 and C1, delete) and the sequences that colour a terminal are taken out. A form feed or a
vertical tab goes where white space stands beside it, as between paragraphs; between two words it becomes a newline.

Tabs, line feeds, carriage returns and the next line (U+0085) stay.
""",
    examples=(
        ("red\x1b[0m\x00 light", "red light"),
        ("end.\n\x0c\nBegin", "end.\n\nBegin"),
        ("one\x0ctwo", "one\ntwo"),
    ),
    traps=("a\tb\r\nc\rd\u0085e",),
    propose=_propose,
)

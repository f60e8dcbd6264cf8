"""What a stretch of a text is: whole paragraphs, whole lines, whole sentences, or a passage inside of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.text.lines import space_start

if TYPE_CHECKING:
    from dedupe_cli.model import Span

# How far from a stretch the borders of its line are looked for.
_REACH = 200
_NEWLINE = re.compile("\r\n|[\n\r\u2028\u2029]")
# What says nothing, right before a stretch and right behind it.
_BEFORE, _BEHIND = re.compile(r"[\W_]*\Z"), re.compile(r"[\W_]*")
_SENTENCE = re.compile(r"""(?:\A|[。！？…!?.．｡।؟:：;；])[\s"'”’」』）)\]】》〉*_`]*\Z""")


def unit_of(text: str, span: Span) -> str:
    """Return ``paragraph``, ``line``, ``sentence`` or ``passage``; marks of items and quotations are no letters."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    end = max(space_start(text, end), start)
    above = _BEFORE.search(text, max(start - _REACH, 0), start)[0]  # type: ignore[index]
    below = _BEHIND.match(text, end, end + _REACH)[0]  # type: ignore[index]
    over, under = _breaks(above, at_edge=len(above) == start), _breaks(below, at_edge=end + len(below) == len(text))
    if over and under:
        return "paragraph" if over > 1 and under > 1 else "line"
    return "sentence" if (over or _ends(text, start)) and (under or _ends(text, end)) else "passage"


def _breaks(said: str, *, at_edge: bool) -> int:
    """Count the newlines between a stretch and the words beside it; there are enough where no words are."""
    return 2 if at_edge else len(_NEWLINE.findall(said))


def _ends(text: str, at: int) -> bool:
    """Tell whether a sentence ends before ``at``, white space and closing marks left out of account."""
    return _SENTENCE.search(text, max(at - _REACH, 0), at) is not None

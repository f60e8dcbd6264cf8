"""Articles quoted in an amendment stay: a law that changes another one says its words again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

_QUOTED = re.compile(r"[\s\u3000]*[“\"「『]")
_AMENDS = re.compile(
    r"(?:修改为|改为|增加\S{0,12}条\S{0,6}|删去|表述为)[：:]?[\s\u3000]*$"
    r"|\b(?:amended to read|to read as follows|inserted?)\b[^.]{0,40}[:：]?\s*$",
    re.IGNORECASE,
)
_BEFORE = 60


def is_amendment(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether a candidate is what an amendment quotes: in quotation marks behind the words that announce it."""
    for part in parts:
        start = view.bounds(part.block)[0] if part.whole else view.fold.span(part.start, part.end).start
        opened = _QUOTED.match(view.text, start) or view.text[max(start - 1, 0) : start] in {"“", "「", "『"}
        if opened and _AMENDS.search(view.text[max(start - _BEFORE, 0) : start].rstrip('“"「『')):
            return True
    return False

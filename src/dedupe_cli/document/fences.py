"""Fences around code, as Markdown has them: three backticks or tildes, or more, and as many again that close them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Behind backticks stands what the code is, and no backtick: that would be code inside of a line.
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`\n]*")


class Fence(NamedTuple):
    """A line that may be a fence: where it is, what stands there, whether it may open one."""

    at: int
    line: str
    may_open: bool = True


def opens(line: str) -> str:
    """Return the signs with which a line opens code; empty where it does not."""
    found = _FENCE.fullmatch(line.rstrip())
    return found[1] if found else ""


def closes(line: str, signs: str) -> bool:
    """Tell whether a line closes what these signs opened: it has no others, and as many of them or more."""
    shown = line.strip()
    return shown.startswith(signs) and not shown.strip(signs[0])


def fenced(found: Iterable[Fence]) -> Iterator[tuple[Fence, Fence | None]]:
    """Yield what opens code and what closes it (``None``: nothing), of the lines that may do so in their order."""
    opened, signs = Fence(0, ""), ""
    for each in found:
        if not signs:
            opened, signs = each, opens(each.line) if each.may_open else ""
        elif closes(each.line, signs):
            yield opened, each
            signs = ""
    if signs:
        yield opened, None

"""Fields of records: ``text``, ``messages[*].content``, ``choices[0].message.content``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedupe_cli.errors import SettingsError
from dedupe_cli.read.formats.json_spans import items, member, read_string

if TYPE_CHECKING:
    from dedupe_cli.read.formats.raw_string import RawString

_STEP = re.compile(r"(?:^|\.)([^.\[\]]+)|\[(\*|\d+)\]")


def parse_field(path: str, *, flag: str = "--field") -> tuple[str | int, ...]:
    """Return the steps of a path: keys, places in a list from 0, ``*`` in the place of a number for all of them.

    Raises :class:`SettingsError` for what is no path.
    """
    steps: list[str | int] = []
    at = 0
    for match in _STEP.finditer(path):
        if match.start() != at:
            break
        at = match.end()
        steps.append(match[1] or (-1 if match[2] == "*" else int(match[2])))
    if at != len(path) or not steps:
        raise SettingsError(f"{flag}: {path!r} is no path", hint="such as text, messages[*].content or choices[0].text")
    return tuple(steps)


def find_strings(text: str, at: int, steps: tuple[str | int, ...]) -> Iterator[tuple[str, RawString]]:
    """Yield the strings that a path leads to from the value at ``at``, each with the path to it alone."""
    yield from _walk(text, at, steps, "")


def _walk(text: str, at: int, steps: tuple[str | int, ...], name: str) -> Iterator[tuple[str, RawString]]:
    if not steps:
        if text[at] == '"':
            yield name, read_string(text, at)
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        found = member(text, at, step)
        if found:
            yield from _walk(text, found.start, rest, f"{name}.{step}" if name else step)
    elif text[at] == "[":
        for index, span in enumerate(items(text, at)):
            if step in {-1, index}:
                yield from _walk(text, span.start, rest, f"{name}[{index}]")

"""The parts of a Markdown text that repeat themselves on purpose: front matter, code, tables, headings, quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dedupe_cli.model import Span
from dedupe_cli.policy import MARKDOWN

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_QUOTE = re.compile(r" {0,3}>")
_MATTER = {"---": ("---", "..."), "+++": ("+++",)}


def is_markdown(path: str) -> bool:
    """Tell whether a file is Markdown, by its name."""
    return path.lower().endswith(MARKDOWN)


def parts(text: str, wanted: Collection[str]) -> list[Span]:
    """Return the lines of the wanted parts in text order.

    Known are ``front_matter``, ``code`` (also called ``literal``), ``tables``, ``headings`` and ``quotes``.
    """
    wanted = {*wanted, "code"} if "literal" in wanted else wanted
    rows = [Span(m.start(), m.end()) for m in _LINE.finditer(text) if m.end() > m.start()]
    return [span for name, span in _named(text, rows) if name in wanted]


def _named(text: str, rows: list[Span]) -> Iterator[tuple[str, Span]]:
    at = _front_matter(text, rows)
    if at:
        yield "front_matter", Span(0, rows[at - 1].end)
    while at < len(rows):
        line = rows[at].of(text).rstrip("\r\n")
        size, name = 1, ""
        if fence := _FENCE.match(line):
            size, name = _fenced(text, rows, at, fence.group(1)), "code"
        elif _HEADING.match(line):
            name = "headings"
        elif _QUOTE.match(line):
            name = "quotes"
        elif line.strip() and at + 1 < len(rows):
            size, name = _of_two(text, rows, at, line)
        if name:
            yield name, Span(rows[at].start, rows[at + size - 1].end)
        at += size


def _front_matter(text: str, rows: list[Span]) -> int:
    """Return the number of lines of the front matter."""
    ends = _MATTER.get(rows[0].of(text).rstrip(), ()) if rows else ()
    for number, row in enumerate(rows[1:], 2):
        if row.of(text).rstrip() in ends:
            return number
    return 0


def _fenced(text: str, rows: list[Span], at: int, fence: str) -> int:
    """Return the number of lines of fenced code; without an end it goes on to the end of the text."""
    for number in range(at + 1, len(rows)):
        end = _FENCE.match(rows[number].of(text).rstrip())
        if end and end.group(1).startswith(fence) and not end.group(2):
            return number + 1 - at
    return len(rows) - at


def _of_two(text: str, rows: list[Span], at: int, line: str) -> tuple[int, str]:
    """Return lines and name of what a line makes with the next one: a table, an underlined heading, or nothing."""
    below = rows[at + 1].of(text).rstrip("\r\n")
    if "|" in line and "-" in below and _DELIMITERS.match(below):
        size = 2
        while at + size < len(rows) and "|" in rows[at + size].of(text):
            size += 1
        return size, "tables"
    if _UNDERLINE.match(below) and not line.lstrip().startswith(("-", "*", "+")):
        return 2, "headings"
    return 1, ""

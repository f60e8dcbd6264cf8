"""The report in Markdown: the same, for a comment, a ticket, a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedupe_cli.language import _
from dedupe_cli.render.phrases import count
from dedupe_cli.render.pieces import CUT, LOST, ONLY, SIGNS
from dedupe_cli.render.tuning import table

if TYPE_CHECKING:
    from dedupe_cli.render.pieces import Line
    from dedupe_cli.render.web.page_model import GroupView, PageModel

_SPECIAL = re.compile(r"([\\`*_\[\]|<>~$@&#!{}])")


def markdown(page: PageModel) -> str:
    """Return the report as Markdown; nothing of the texts is markup in it."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: PageModel) -> Iterator[str]:
    yield from (f"# {_escaped(page.title)}", "", _escaped(page.summary), "")
    yield from (f"- **{_escaped(value)}** {_escaped(what)}" for value, what in page.facts)
    if len(page.files) > 1:
        yield from ("", _("| file | repeats | held back | characters that go | share |"), "|---|--:|--:|--:|--:|")
        for file in page.files:
            yield f"| {_escaped(file.path)} | {file.groups} | {file.held} | {file.removed} | {file.share} |"
    if page.matrix:
        yield from ("", f"## {_('Which files share text')}", "")
        yield _("| file |") + "".join(f" {n} |" for n in range(1, len(page.matrix) + 1))
        yield "|---|" + "--:|" * len(page.matrix)
        for n, (name, many) in enumerate(page.matrix, 1):
            yield f"| {n} {_escaped(name)} |" + "".join(f" {value or ''} |" for value in many)
    yield from ("", f"## {_('Repeats')}", "")
    if page.groups:
        yield from (_escaped(" ".join(_(mark.meaning) for mark in (CUT, LOST, ONLY))), "")
    for number, group in enumerate(page.groups, 1):
        yield from _group(number, group)
    if not page.groups:
        yield _("Nothing is said again.")
    if page.hidden:
        yield _("{what} not shown: `--max-shown 0` shows all.", what=count(page.hidden, "more repeat"))
    if page.limits:
        yield from ("", f"## {_('What other limits would do')}", "", _escaped(page.limits.advice), "")
        yield from ("```text", *table(page.limits, width=80), "```")
    for title, rows in ((_("Noted, not changed"), page.notes), (_("Not read"), (*page.failed, *page.skipped))):
        if rows:
            yield from ("", f"## {title}", "", *(f"- {_escaped(row)}" for row in rows))
    yield from ("", f"## {_('What to run')}", "", *(f"- {what}: {_code(line)}" for what, line in page.commands))
    made = f"dedupe {page.version}{f', {page.date}' if page.date else ''}"
    settings = _escaped(", ".join(f"{key} {value}" for key, value in page.settings))
    yield from ("", _("{program}. Settings: {settings}.", program=made, settings=settings))


def _group(number: int, group: GroupView) -> Iterator[str]:
    yield from (
        f"### {number}. {_escaped(group.card.title)}",
        "",
        f"{_escaped(_(', ').join(group.facts))}{_(', ')}`{group.id}`",
        "",
    )
    for line in group.card.lines:
        yield from _line(group, line)
    yield ""


def _line(group: GroupView, line: Line) -> Iterator[str]:
    word = _(SIGNS[line.sign]) if line.sign else ""
    alike = _("{percent} alike", percent=line.alike) if line.alike else ""
    facts = _escaped(_(", ").join(fact for fact in (word, alike, line.note) if fact))
    where, pieces = group.where(line), group.pieces(line)
    yield f"- **{_escaped(where)}** {facts}" if where else f"- {facts}"
    if pieces:
        yield from ("", f"  > {_escaped(''.join(piece.text for piece in pieces))}", "")


def _escaped(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(value.split()))


def _code(line: str) -> str:
    """Write a command as code, whatever it holds."""
    fence = "`" * (max(map(len, re.findall(r"`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"

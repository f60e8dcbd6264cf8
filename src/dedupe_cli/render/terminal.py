"""The diff view: one column of group cards, printed with rich. The one module that knows rich."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.style import Style
from rich.text import Text

from dedupe_cli.language import _
from dedupe_cli.render.cards import cards_of, group_card, sizes
from dedupe_cli.render.escape import glyphs, plain
from dedupe_cli.render.explain import explain
from dedupe_cli.render.findings import finding_cards
from dedupe_cli.render.phrases import count, counts
from dedupe_cli.render.pieces import Piece, Role
from dedupe_cli.render.reports.screen import screen
from dedupe_cli.render.terminal_layout import Layout, more
from dedupe_cli.render.terminal_side import side_card
from dedupe_cli.render.terminal_style import color_system, style, wants_color, wants_links, width_of
from dedupe_cli.render.terminal_wrap import Measure
from dedupe_cli.render.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO

    from dedupe_cli.finding import Finding, Report
    from dedupe_cli.model import Plan, Source
    from dedupe_cli.render.escape import Glyphs
    from dedupe_cli.render.pieces import Card
    from dedupe_cli.render.terminal_layout import Row
    from dedupe_cli.render.terminal_style import Color


def show(
    pairs: Sequence[tuple[Source, Plan]],
    *,
    stream: IO[str],
    width: int | None = None,
    color: Color = "auto",
    context: int = 1,
    max_shown: int = 50,
    show_held: bool = True,
    ambiguous_wide: bool = False,
    ascii_only: bool = False,
    layout: Literal["inline", "side"] = "inline",
) -> None:
    """Print what would be done to each source.

    ``width`` in cells (``None``: COLUMNS, the terminal, 80); ``context``: sentences shown on either side of a
    cut inside a paragraph; ``max_shown``: groups (0: all), those first of which something goes; ``show_held``: also
    what is held back, else its number only. A source without findings is not named.
    """
    base, printer = _ready(stream, width, color, ambiguous_wide=ambiguous_wide, ascii_only=ascii_only)
    for row in _rows(
        pairs, base, context, max_shown, side_card if layout == "side" else Layout.card, show_held=show_held
    ):
        printer.line(row)


def show_group(
    source: Source,
    plan: Plan,
    group_id: str,
    *,
    stream: IO[str],
    width: int | None = None,
    color: Color = "auto",
    ambiguous_wide: bool = False,
    ascii_only: bool = False,
) -> None:
    """Print one group in full: :func:`dedupe_cli.render.explain.explain` laid out.

    Raises :class:`DedupeError` when ``group_id`` names no group.
    """
    base, printer = _ready(stream, width, color, ambiguous_wide=ambiguous_wide, ascii_only=ascii_only)
    cards = explain(source, plan, group_id, glyphs=base.glyphs)
    layout = _of(base, View(source, plan, base.glyphs))
    printer.line([Piece(plain(source.path, base.glyphs), Role.NAME)])
    for number, card in enumerate(cards):
        printer.line([])
        printer.lines(layout.card(card, number))
    printer.line([])
    printer.lines(base.legend(cards))


def show_cards(
    make: Callable[[Glyphs], Sequence[Card]],
    *,
    stream: IO[str],
    width: int | None = None,
    color: Color = "auto",
    ambiguous_wide: bool = False,
    ascii_only: bool = False,
) -> None:
    """Print cards that are made of other things than the groups of one text, and the legend of their marks."""
    base, printer = _ready(stream, width, color, ambiguous_wide=ambiguous_wide, ascii_only=ascii_only)
    cards = make(base.glyphs)
    for card in cards:
        printer.lines([*base.card(card, 0), []])
    printer.lines(base.legend(cards))


class Cards:
    """Prints groups of one plan, one when it is asked for; the options are those of :func:`show`."""

    def __init__(
        self,
        source: Source,
        plan: Plan,
        *,
        stream: IO[str],
        width: int | None = None,
        color: Color = "auto",
        ambiguous_wide: bool = False,
        ascii_only: bool = False,
    ) -> None:
        base, self._printer = _ready(stream, width, color, ambiguous_wide=ambiguous_wide, ascii_only=ascii_only)
        self.view = View(source, plan, base.glyphs)
        self.layout = _of(base, self.view)

    def name(self) -> None:
        """Print the name of the text."""
        self._printer.line([Piece(plain(self.view.source.path, self.view.glyphs), Role.NAME)])

    def show(self, index: int, number: int) -> None:
        """Print the card of a group under a number, with what its marks mean."""
        self._printer.lines(self._rows(self.layout, index, number))

    def text(self, index: int, number: int, width: int) -> Text:
        """Return the same for a window of so many cells."""
        return Text("\n").join(map(_styled, self._rows(replace(self.layout, width=width), index, number)))

    def _rows(self, layout: Layout, index: int, number: int) -> list[Row]:
        card = group_card(self.view, index, 1)
        return [*layout.card(card, number), [], *layout.legend([card])]

    def list(self, items: Sequence[str]) -> None:
        """Print what is said beside the cards; rows end between the items."""
        self._printer.lines(self.layout.items(items))


def show_findings(
    findings: Sequence[Finding],
    *,
    stream: IO[str],
    width: int | None = None,
    color: Color = "auto",
    max_shown: int = 50,
    ambiguous_wide: bool = False,
    ascii_only: bool = False,
) -> None:
    """Print findings of ``check`` as cards; ``max_shown`` of them (0: all)."""
    base, printer = _ready(stream, width, color, ambiguous_wide=ambiguous_wide, ascii_only=ascii_only)
    some = findings[: max_shown or None]
    cards = finding_cards(some, base.glyphs)
    for finding, card in zip(some, cards, strict=True):
        place = finding.place
        alone = base.links and place.in_lines and {member.path for member in finding.members} == {place.path}
        unit = "line" if place.in_lines else place.where.partition(" ")[0]
        layout = replace(base, unit=unit, file=place.path if alone else "")
        printer.lines([*layout.card(card, 0), []])
    if len(findings) > len(some):
        printer.lines([*base.note(more(len(findings) - len(some))), []])
    printer.lines(base.legend(cards))


def show_screen(
    report: Report,
    most: int,
    *,
    stream: IO[str],
    width: int | None = None,
    color: Color = "auto",
    ambiguous_wide: bool = False,
    ascii_only: bool = False,
) -> None:
    """Print the first screen of ``check``: ``most`` findings of a report (0: all), the others counted."""
    base, printer = _ready(stream, width, color, ambiguous_wide=ambiguous_wide, ascii_only=ascii_only)
    printer.lines(screen(report, most, base.width, base.measure, base.glyphs))


def _ready(
    stream: IO[str], width: int | None, color: Color, *, ambiguous_wide: bool, ascii_only: bool
) -> tuple[Layout, _Printer]:
    """Return the layout of a stream, and what prints rows to it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    base = Layout(
        width or width_of(stream),
        Measure(ambiguous_wide),
        glyphs(encoding, ascii_only=ascii_only),
        links=wants_links(color, stream),
    )
    return base, _Printer(stream, colored=wants_color(color, stream), width=base.width)


def _rows(
    pairs: Sequence[tuple[Source, Plan]],
    base: Layout,
    context: int,
    most: int,
    lay: Callable[[Layout, Card, int], list[Row]],
    *,
    show_held: bool,
) -> Iterator[Row]:
    all_going, all_held = (sum(many) for many in zip((0, 0), *(sizes(plan) for _, plan in pairs), strict=True))
    # What goes is told before anything is that stays.
    going, held = most or all_going, max(0, most - all_going) if most else all_held
    hidden = max(0, all_going - going) + (max(0, all_held - held) if show_held else 0)
    held = held if show_held else 0
    printed: list[Card] = []
    for source, plan in pairs:
        if not (plan.edits or plan.groups or plan.notes):
            continue
        view = View(source, plan, base.glyphs)
        layout = _of(base, view)
        cards = cards_of(view, context, going, held)
        mine, kept = sizes(plan)
        going, held = max(0, going - mine), max(0, held - kept)
        if not cards:
            continue
        if printed:
            yield []
        yield from layout.head(plain(source.path, base.glyphs), counts(plan))
        for number, card in enumerate(cards, 1):
            yield []
            yield from lay(layout, card, number)
        printed += cards
    told = [more(hidden)] if hidden else []
    if all_held and not show_held:
        told.append(_("{what} held back not shown: --show-held shows them", what=count(all_held, "group")))
    for words in told:
        yield from [[], *base.note(words)] if printed else base.note(words)
    if printed:
        yield []
        yield from base.legend(printed)


def _of(base: Layout, view: View) -> Layout:
    """Return the layout for one text."""
    linked = base.links and view.unit == "line" and view.source.path != "-"
    file = view.source.path if linked else ""
    return replace(base, digits=len(str(view.highest)), unit=view.unit, file=file)


class _Console(Console):
    """A console that leaves a closed pipe to the caller; rich would end the program with exit code 1."""

    def on_broken_pipe(self) -> None:
        """Raise the error again that is being handled."""
        error = sys.exception()
        if error is not None:
            raise error


class _Printer:
    """Prints prepared rows; rich must not wrap, highlight or read markup."""

    def __init__(self, stream: IO[str], *, colored: bool, width: int) -> None:
        self.console = _Console(
            file=stream,
            color_system=color_system() if colored else None,
            force_terminal=colored,
            no_color=False,
            width=width,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def line(self, row: Row) -> None:
        self.console.print(_styled(row), soft_wrap=True)

    def lines(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.line(row)


def _styled(row: Row) -> Text:
    text = Text(no_wrap=True, end="\n")
    for (look, link), pieces in groupby(row, lambda piece: (style(piece), piece.link)):
        words = "".join(p.text for p in pieces)
        text.append(words, Style.parse(look) + Style(link=link) if link else look)
    text.rstrip()
    return text

"""Cards on a terminal, printed with rich. The one module that knows rich."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import IO, TYPE_CHECKING, Literal, TypedDict, Unpack

from rich.console import Console
from rich.style import Style
from rich.text import Text

from dedupe_cli.language import _
from dedupe_cli.render.cards import cards_of, finding_card, group_card, sizes
from dedupe_cli.render.explain import why_card
from dedupe_cli.render.phrases import count, counts
from dedupe_cli.render.pieces import Card, Glyphs, Piece, Role, glyphs, plain
from dedupe_cli.render.reports.screen import folded, screen
from dedupe_cli.render.terminal_layout import Layout, Row, more, side_card
from dedupe_cli.render.terminal_style import Color, Measure, color_system, style, wants_color, wants_links, width_of
from dedupe_cli.render.view import View

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Report
    from dedupe_cli.model import Plan, Source

# What makes rows of a card and its number.
Lay = Callable[[Layout, Card, int], list[Row]]


class Look(TypedDict, total=False):
    """How cards look: ``width`` in cells (``None``: COLUMNS, the terminal, 80), colour, cells and glyphs of signs.

    ``layout``: what goes below what stays, or beside it where there is room.
    """

    width: int | None
    color: Color
    layout: Literal["inline", "side"]
    ambiguous_wide: bool
    ascii_only: bool


def show(
    pairs: Sequence[tuple[Source, Plan]],
    *,
    stream: IO[str],
    context: int = 1,
    max_shown: int = 50,
    show_held: bool = True,
    **look: Unpack[Look],
) -> None:
    """Print what would be done to each source.

    ``context``: sentences shown on either side of a cut inside a paragraph; ``max_shown``: groups (0: all), those first
    of which something goes; ``show_held``: also what is held back, else its number only. A source without findings is
    not named.
    """
    out = _Output(stream, **look)
    all_going, all_held = (sum(many) for many in zip((0, 0), *(sizes(plan) for _, plan in pairs), strict=True))
    # What goes is told before anything is that stays.
    going, held = max_shown or all_going, max(0, max_shown - all_going) if max_shown else all_held
    hidden = max(0, all_going - going) + (max(0, all_held - held) if show_held else 0)
    held = held if show_held else 0
    for source, plan in pairs:
        if not (plan.edits or plan.groups or plan.notes):
            continue
        view = View(source, plan, out.base.glyphs, context)
        cards = cards_of(view, going, held)
        mine, kept = sizes(plan)
        going, held = max(0, going - mine), max(0, held - kept)
        if cards:
            laid = _of(out.base, view)
            out.lines([[]] if out.printed else [])
            out.lines(laid.head(plain(source.path, laid.glyphs), counts(plan)))
            for number, card in enumerate(cards, 1):
                out.lines([[]])
                out.card(card, number, laid)
    told = [more(hidden)] if hidden else []
    if all_held and not show_held:
        told.append(_("{what} held back not shown: --show-held shows them", what=count(all_held, "group")))
    for words in told:
        out.lines([*([[]] if out.printed else []), *out.base.note(words)])
    out.lines([[]] if out.printed else [])
    out.legend()


def show_cards(make: Callable[[Glyphs], Iterable[Card]], *, stream: IO[str], **look: Unpack[Look]) -> None:
    """Print cards that are made of other things than the groups of one text, and the legend of their marks."""
    out = _Output(stream, **look)
    for card in make(out.base.glyphs):
        out.card(card, 0)
        out.lines([[]])
    out.legend()


def show_findings(findings: Sequence[Finding], *, stream: IO[str], max_shown: int = 50, **look: Unpack[Look]) -> None:
    """Print findings of ``check`` as cards; ``max_shown`` of them (0: all)."""
    out = _Output(stream, **look)
    some = findings[: max_shown or None]
    for finding in some:
        place = finding.place
        alone = out.base.links and place.in_lines and {member.path for member in finding.members} == {place.path}
        unit = "line" if place.in_lines else place.where.partition(" ")[0]
        laid = replace(out.base, unit=unit, file=place.path if alone else "")
        out.card(finding_card(finding, laid.glyphs), 0, laid)
        out.lines([[]])
    if len(findings) > len(some):
        out.lines([*out.base.note(more(len(findings) - len(some))), []])
    out.legend()


def show_screen(report: Report, most: int, *, stream: IO[str], **look: Unpack[Look]) -> None:
    """Print the first screen of ``check``: ``most`` findings of a report (0: all), the others counted."""
    out = _Output(stream, **look)
    width, measure = out.base.width, out.base.measure
    rows = screen(report, most, width, measure, out.base.glyphs)
    out.lines(folded(rows, width, measure) if stream.isatty() else rows)


class Cards:
    """Prints groups of one plan, one when it is asked for."""

    def __init__(
        self, source: Source, plan: Plan, *, stream: IO[str], whole: bool = False, **look: Unpack[Look]
    ) -> None:
        self._out = _Output(stream, **look)
        self.view = View(source, plan, self._out.base.glyphs, whole=whole)
        self.layout = _of(self._out.base, self.view)

    def name(self) -> None:
        """Print the name of the text."""
        self._out.lines([[Piece(plain(self.view.source.path, self.view.glyphs), Role.NAME)]])

    def show(self, index: int, number: int) -> None:
        """Print the card of a group under a number, with what its marks mean."""
        self._out.lines(self._rows(self.layout, index, number, self._out.lay))

    def explain(self, index: int) -> None:
        """Print the same, and what decided on the group."""
        self.name()
        self._out.lines([[]])
        for card in (group_card(self.view, index), why_card(self.view, self.view.plan.groups[index])):
            self._out.card(card, 1, self.layout)
            self._out.lines([[]])
        self._out.legend()

    def text(self, index: int, number: int, width: int, *, side: bool = False) -> Text:
        """Return the card of a group for a window of so many cells; ``side``: what stays beside what goes."""
        laid = replace(self.layout, width=width)
        return Text("\n").join(map(_styled, self._rows(laid, index, number, side_card if side else Layout.card)))

    def _rows(self, layout: Layout, index: int, number: int, lay: Lay) -> list[Row]:
        card = group_card(self.view, index)
        return [*lay(layout, card, number), [], *layout.legend([card])]

    def list(self, items: Sequence[str]) -> None:
        """Print what is said beside the cards; rows end between the items."""
        self._out.lines(self.layout.items(items))


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


class _Output:
    """Prints prepared rows to a stream, and knows the cards that were printed; rich must not wrap or read markup."""

    def __init__(
        self,
        stream: IO[str],
        width: int | None = None,
        color: Color = "auto",
        layout: Literal["inline", "side"] = "inline",
        *,
        ambiguous_wide: bool = False,
        ascii_only: bool = False,
    ) -> None:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        self.base = Layout(
            width or width_of(stream),
            Measure(ambiguous_wide),
            glyphs(encoding, ascii_only=ascii_only),
            links=wants_links(color, stream),
        )
        self.lay: Lay = side_card if layout == "side" else Layout.card
        self.printed: list[Card] = []
        colored = wants_color(color, stream)
        self._console = _Console(
            file=stream,
            color_system=color_system() if colored else None,
            force_terminal=colored,
            no_color=False,
            width=self.base.width,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def lines(self, rows: Iterable[Row]) -> None:
        """Print rows."""
        for row in rows:
            self._console.print(_styled(row), soft_wrap=True)

    def card(self, card: Card, number: int, layout: Layout | None = None) -> None:
        """Print a card under a number, laid out as is usual for its text."""
        self.printed.append(card)
        self.lines(self.lay(layout or self.base, card, number))

    def legend(self) -> None:
        """Say what the marks of the cards mean."""
        self.lines(self.base.legend(self.printed))


def _styled(row: Row) -> Text:
    text = Text(no_wrap=True, end="\n")
    for (look, link), pieces in groupby(row, lambda piece: (style(piece), piece.link)):
        words = "".join(p.text for p in pieces)
        text.append(words, Style.parse(look) + Style(link=link) if link else look)
    text.rstrip()
    return text

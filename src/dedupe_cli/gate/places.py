"""Where spans of a text stand in its file, in every unit that a report needs."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe_cli.finding import Change, Place
from dedupe_cli.model import Decision, Edit, Source, Span, Spot
from dedupe_cli.text.position import LineTable, Point
from dedupe_cli.text.units import unit_of


def is_as_written(source: Source) -> bool:
    """Tell whether a text is that of its file, with all its markup."""
    return source.container is None or source.container.name == "markdown"


class Places:
    """The places of one text. Of a file that is no text, they are counted in its parts."""

    def __init__(self, source: Source) -> None:
        self.source, self.said = source, source.said
        self.binary = source.container is not None and source.container.binary
        file = source.container.lower(source, ())[0] if source.container and not self.binary else source
        self.table = LineTable(file.text, file.encoding, file.bom)
        self._spots = source.container.spots(source) if source.container and source.text else None
        self._parts: dict[int, LineTable] = {}

    def place(self, spans: Sequence[Span], decision: Decision = Decision.KEEP, similarity: float = 100.0) -> Place:
        """Return the place of a member: from the first of its spans to the last."""
        whole = Span(spans[0].start, max(spans[-1].end, spans[0].start))
        text = "\n".join(span.of(self.said) for span in spans)
        if self._spots is None:
            return self._in_file(whole, text, decision, similarity)
        # White space at the ends may stand between two parts of the file, which is nowhere.
        first, last = self._spots(whole.trimmed(self.source.text) or whole)
        start, end = self._point(first), self._point(last)
        ends = last.part if last.part and first.part and last.part.number != first.part.number else None
        unit = unit_of(self.source.text, whole)
        return Place(self.source.path, start, end, text, decision, similarity, first.part, ends, unit)

    def where(self, spans: Sequence[Span]) -> str:
        """Name the place of some spans for the message of a finding."""
        return self.place(spans[:1]).where

    def edited(self, edit: Edit) -> Place:
        """Return the place of an edit of the file."""
        if self.binary:
            return self.place((edit.span,), Decision.REMOVE)
        return self._in_file(edit.span, edit.span.of(self.table.text), Decision.REMOVE)

    def change(self, edit: Edit) -> Change:
        """Return an edit of the file (where it is no text: of its text) for those who would apply it."""
        place = self.edited(edit)
        return Change(place.path, place.start, place.end, edit.replacement, self.source.digest, place.part)

    def _in_file(self, span: Span, text: str, decision: Decision, similarity: float = 100.0) -> Place:
        start, end = self.table.point(span.start), self.table.point(span.end)
        return Place(self.source.path, start, end, text, decision, similarity, unit=unit_of(self.table.text, span))

    def _point(self, spot: Spot) -> Point:
        if spot.part is None or spot.part.text is None:
            return self.table.point(spot.at)
        if spot.part.number not in self._parts:
            self._parts[spot.part.number] = LineTable(spot.part.text)
        return self._parts[spot.part.number].point(spot.at)

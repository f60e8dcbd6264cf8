"""The text of a group that stays, and the places beside it: what is particular to each, or how many say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedupe_cli.language import _, said
from dedupe_cli.render.phrases import alikeness, count, ranges, shortened
from dedupe_cli.render.pieces import CUT, GOES, LOST, NEW, STAYS, Line, Mark, Piece, Role, shown
from dedupe_cli.render.view import View, last_part
from dedupe_cli.render.words import LONG, changes, ellipsis
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from dedupe_cli.model import Group, Member, Span
    from dedupe_cli.render.pieces import Glyphs

# Rows of a text that stays, and of each paragraph of several.
ROWS, FEW_ROWS = 6, 3
# Paragraphs of a kept block: more are shown by their first and last.
_PARAGRAPHS = 6
# A text of so many characters is shown whole.
_SHORT = 480
# The diff is that of a copy (the text as it was) against a kept text (as it will be): here it is one text.
_ROLES = {Role.GOES: Role.TEXT, Role.LOST: Role.GOES}
_BRACKETS = {LOST.left: CUT.left, LOST.right: CUT.right}


def kept_lines(view: View, member: Member) -> list[Line]:
    """Return a line for each paragraph of a kept text; of many only the first three and the last two."""
    blocks = [block for span in member.spans for block in view.borders.blocks(view.dressed(span))]
    few = view.whole or len(blocks) <= _PARAGRAPHS
    some = blocks if few else [*blocks[:3], *blocks[-2:]]
    limit = ROWS if len(some) <= 2 else FEW_ROWS
    lines = [_line(view, block, 0 if view.whole else limit) for block in some]
    if not few:
        hidden = f"{view.glyphs.ellipsis}{count(len(blocks) - 5, 'more paragraph')}{view.glyphs.ellipsis}"
        lines.insert(3, Line(STAYS, before=(Piece(hidden, Role.DIM),)))
    return [*lines, *_vote_note(view, member.spans)]


def _line(view: View, span: Span, limit: int) -> Line:
    """Show a kept stretch, the clause before it dim when it begins inside of a paragraph."""
    start, end = view.borders.start(span.start), view.borders.end(span.end)
    before: list[Piece] = []
    lead = view.staying(start, span.start)
    if lead.strip():
        clause = last_part(lead, clause=True)
        items = tokens(clause)
        clause = clause[items[-24].start :] if len(items) > 24 else clause
        cut = len(clause) < len(lead) or (start > 0 and not view.borders.begins(start))
        before = [*([ellipsis(view.glyphs)] if cut else []), *shown(clause, Role.DIM, view.glyphs)]
    after = (ellipsis(view.glyphs),) if view.text[span.end : end].strip() else ()
    voted, marks = _vote_pieces(view, span)
    label = view.label(span.start)
    if voted:
        return Line(STAYS, label, (*before, *voted), "", after, limit, marks=marks)
    return Line(STAYS, label, tuple(before), view.flat(span.start, span.end), after, limit)


def _vote_pieces(view: View, span: Span) -> tuple[list[Piece], frozenset[Mark]]:
    """Return a stretch of a kept text with the votes on it; nothing when there are none or too many to read."""
    if not view.votes(span):
        return [], frozenset()
    text = view.flat(span.start, span.end)
    diff = changes(view.voted(span), text, view.glyphs, whole=view.whole or len(text) <= _SHORT)
    return [_as_edit(p) for p in diff.pieces], frozenset({CUT, NEW} if diff.pieces else ())


def _vote_note(view: View, spans: tuple[Span, ...]) -> list[Line]:
    """Return the line that counts the votes on a kept text."""
    votes = [vote for span in spans for vote in view.votes(span)]
    if not votes:
        return []
    words = _("{what} of what stays changed {how}", what=count(len(votes), "place"), how=said(votes[0].reason))
    return [Line(note=words)]


def _as_edit(piece: Piece) -> Piece:
    text = _BRACKETS.get(piece.text, piece.text) if piece.role is Role.LOST and piece.solid else piece.text
    return replace(piece, text=text, role=_ROLES.get(piece.role, piece.role))


# Places that are shown one by one.
SINGLY = 12
# Differences of form that are worth showing; more (another width throughout, say) are only named.
_FORM_PLACES = 3
# Longest text (characters) that is compared by word.
_COMPARED = 40_000
# What words of a place are that does not go.
_STAYING = {Role.GOES: Role.TEXT, Role.LOST: Role.HELD}


@dataclass(frozen=True, slots=True)
class Said:
    """What one place says, and ``against`` what it is held; ``lines`` are its first and last, ``alike`` percent.

    ``file`` is named where it is another one; ``after`` stands behind its words: the cue of a line.
    """

    sign: str
    lines: tuple[int, int]
    text: str
    against: str
    alike: float = 100.0
    file: str = ""
    after: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, view: View, group: Group, member: Member, sign: str) -> Said:
        """Return what a member of a group of one text says."""
        against = view.passage(member.against or group.members[group.kept].spans, voted=True)
        where = view.lines(member.start, member.end)
        return cls(sign, where, view.passage(member.spans), against, member.similarity)


@dataclass(slots=True)
class Places:
    """Gathers the places beside a text ``kept``: lines of those that say something of their own, the others counted."""

    kept: str
    glyphs: Glyphs
    whole: bool = False
    own: list[Line] = field(default_factory=list)
    _counts: dict[tuple[Callable[[int], str], Line], list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, said: Said) -> None:
        """Take a place in; one that says the same in other words of form only is counted, too."""
        words = said.text.split()
        if words == self.kept.split():
            self._count(said, _same)
        elif self.full:
            self._count(said, _more)
        elif words == said.against.split():
            self._count(said, _part)
        elif line := self._near(said):
            self.own.append(line)
        else:
            self._count(said, _form)

    @property
    def full(self) -> bool:
        """Whether enough places are shown."""
        return len(self.own) >= SINGLY

    def lines(self) -> list[Line]:
        """Return what was gathered."""
        rows = [
            replace(line, label=self._label(places), note=words(len(places)))
            for (words, line), places in self._counts.items()
        ]
        hidden = sum(map(len, list(self._counts.values())[SINGLY:]))
        more = [Line(note=_more(hidden))] if hidden else []
        return [*self.own, *rows[:SINGLY], *more]

    def _label(self, places: list[tuple[int, int]]) -> str:
        if len(places) == 1:
            return str(places[0][0])
        return " ".join(shortened(ranges(places), self.glyphs.ellipsis))

    def _count(self, said: Said, words: Callable[[int], str]) -> None:
        line = Line(said.sign, after=said.after, file=said.file)
        self._counts.setdefault((words, line), []).append(said.lines)

    def _near(self, said: Said) -> Line | None:
        """Show what is particular to a place; ``None`` when that is only its form, in many places."""
        small = max(len(said.text), len(said.against)) <= _COMPARED
        whole = self.whole and len(said.text) <= LONG
        diff = changes(said.against, said.text, self.glyphs, whole=whole) if small else None
        if diff and diff.form and diff.places > _FORM_PLACES:
            return None
        label, alike = str(said.lines[0]), alikeness(said.alike, said.alike, held=said.sign != GOES)
        if diff and diff.pieces and diff.places:
            pieces = diff.pieces if said.sign == GOES else [_staying(piece) for piece in diff.pieces]
            marks = diff.marks
            return Line(said.sign, label, tuple(pieces), after=said.after, marks=marks, alike=alike, file=said.file)
        limit = 0 if self.whole else ROWS if diff else FEW_ROWS
        role = Role.GOES if said.sign == GOES else Role.TEXT
        return Line(said.sign, label, (), said.text, said.after, limit, role, alike=alike, file=said.file)


def _same(many: int) -> str:
    return _("exact copy") if many == 1 else count(many, "exact copy", "exact copies")


def _part(many: int) -> str:
    return _("exact copy of a part") if many == 1 else count(many, "exact copy of a part", "exact copies of a part")


def _form(many: int) -> str:
    if many == 1:
        return _("copy with other punctuation, case or width")
    return count(many, "copy with other punctuation, case or width", "copies with other punctuation, case or width")


def _more(many: int) -> str:
    return count(many, "more copy", "more copies")


def _staying(piece: Piece) -> Piece:
    return replace(piece, role=_STAYING.get(piece.role, piece.role))

"""What decided on one group: why one of its places stays, how sure the rest is, what each difference counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked, said
from dedupe_cli.model import Decision, Difference, Group, Kind, Member, Span, why_protected
from dedupe_cli.render.escape import shown
from dedupe_cli.render.evidence import decided
from dedupe_cli.render.phrases import REASON_WORDS, clauses, count, lines, number, percent, ranges, reasons
from dedupe_cli.render.pieces import Card, Line, Piece, Role
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from dedupe_cli.render.view import View

# Members whose differences are listed, and differences of each.
_MEMBERS, _DIFFERENCES = 20, 12
_KEEP = marked({
    "best": "--keep best takes the most complete, then the one that agrees most with the others, then the first",
    "first": "--keep first takes the one that comes first", "last": "--keep last takes the one that comes last",
    "longest": "--keep longest takes the one with the most letters and digits",
    "merged": "--keep merged takes the characters that most copies agree on",
})  # fmt: skip
_KINDS = marked({Kind.FORM: "form", Kind.NOISE: "noise", Kind.CONTENT: "content"})


def why_card(view: View, group: Group) -> Card:
    """Return what stands under the card of a group where somebody asks why."""
    kept = group.members[group.kept]
    rows = [] if group.held else [Line(note=row) for row in _stays(view, group, kept)]
    if group.reasons:
        rows.append(Line(note=_("held back because {why}", why=reasons(group.reasons))))
    protected = any(member.decision is Decision.PROTECTED for member in group.members)
    if protected and (why := said(why_protected(view.source, view.plan))):
        rows.append(Line(note=_("protected: {why}", why=why)))
    rows += [Line(note=row) for row in decided(view.plan, group)]
    differing = [member for member in group.members if member is not kept and member.differences]
    for member in differing[:_MEMBERS]:
        rows += _member(view, member)
    if len(differing) > _MEMBERS:
        rows.append(Line(note=count(len(differing) - _MEMBERS, "more member")))
    return Card(_("Why"), "", tuple(rows), counted=False)


def _stays(view: View, group: Group, kept: Member) -> list[str]:
    """Say why the kept member was chosen, a row each."""
    names = ranges(view.lines(s.start, s.end) for s in kept.spans)
    where, many = lines(view.unit, names), len(names) > 1 or "-" in names[0]
    reference = kept.decision is Decision.REFERENCE
    rule = str(view.plan.settings.get("keep", "best"))
    why = _("it is a reference") if reference else _(_KEEP[rule])
    head = _("{where} stay: {why}", where=where, why=why) if many else _("{where} stays: {why}", where=where, why=why)
    if reference:
        return [head]
    others = [m for m in group.members if m is not kept]
    size, longest = _letters(view, kept), max((_letters(view, m) for m in others[:_MEMBERS]), default=0)
    more = _("{n} letters and digits, the others up to {most}", n=number(size), most=number(longest))
    first = all(kept.start <= m.start for m in others)
    return [head, _("; ").join([more, _("the first of all") if first else _("not the first")])]


def _letters(view: View, member: Member) -> int:
    return sum(len(fold(span.of(view.text)).string) for span in member.spans)


def _member(view: View, member: Member) -> list[Line]:
    """List the differences with their kind and score: log odds, positive for meant, negative for noise."""
    found = Counter(d.kind for d in member.differences)
    what = clauses(f"{number(found[kind])} {_(_KINDS[kind])}" for kind in Kind if found[kind])
    alike = percent(member.similarity, member.similarity)
    words = _(
        "{percent} alike; {what}",
        percent=alike,
        what=_("differences: {what} (a score above 0: meant; below: noise)", what=what),
    )
    rows = [Line(label=view.label(member.start), note=words)]
    order = sorted(member.differences, key=lambda d: -d.score)
    rows += [_difference(view, d) for d in order[:_DIFFERENCES]]
    if len(order) > _DIFFERENCES:
        rows.append(Line(note=count(len(order) - _DIFFERENCES, "more difference")))
    return rows


def _difference(view: View, difference: Difference) -> Line:
    opening, closing = view.glyphs.quotes

    def words(span: Span) -> list[Piece]:
        if not span:
            return [Piece(_("nothing"), Role.DIM)]
        body = shown(view.flat(span.start, min(span.end, span.start + 80)), glyph=view.glyphs)
        return [Piece(opening), *body, Piece(closing)]

    parts = [f"{_(_KINDS[difference.kind])} {difference.score:+.1f}"]
    parts += [_(REASON_WORDS[difference.reason])] if difference.reason else []
    verdict = f"  {clauses(parts)}"
    return Line(before=(*words(difference.kept), Piece(" / ", Role.DIM), *words(difference.copy)), note=verdict)

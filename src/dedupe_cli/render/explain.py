"""Evidence in words, and what decided on one group: why a place stays, how sure the rest is, what would change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked, said
from dedupe_cli.model import (
    Decision,
    Difference,
    Evidence,
    Group,
    Kind,
    Member,
    Plan,
    Reason,
    Span,
    confidence,
    told_confidence,
    why_protected,
)
from dedupe_cli.render.phrases import REASON_WORDS, clauses, count, lines, number, percent, ranges, reasons
from dedupe_cli.render.pieces import Card, Line, Piece, Role, shown
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from dedupe_cli.render.view import View

# What each piece of evidence is about; its sign says which way it speaks.
WORDS = marked(
    {
        "size": "how much it says",
        "noise": "slips of the pen or of a reader in one of the two",
        "doubt": "differences that may be meant",
        "exact": "the same letter for letter",
        "beside": "what went beside it",
        "places": "the same words stand in many places",
        "alike": "what stands around both places is alike",
        "apart": "the two stand under different headings",
        "steps": "the two have different numbers in a list, or its number goes on from the one before",
        "disorder": "its number is out of order in its list",
        "leads": "it leads to what follows, or what is before leads to it",
        "short": "how short the text is: in a short one hardly a sentence is said twice on purpose",
        "accidents": "other repeats of the text are accidents",
        "entry": "one of several entries, notes or versions, each of which says it",
        "again": "nearly all differences are the same one, made again and again",
        "outline": "a list names what the text says under its heading",
        "broken": "it was broken off and runs on into other words",
        "changed": "its paragraph goes on with something else",
        "lines": "single lines, as lists have them",
        "holes": "something else stands between its parts",
    }
)
# Why a candidate stays, by the word of its rejection.
REASONS = marked(
    {
        "meant": "it may be meant",
        "short": "it is too short to be a finding",
        "name": "it says this of another name",
        "title": "part of a title does not go",
        "marks": "a quotation mark or bracket would lose its other half",
        "sentence": "a sentence that was written with it would be left broken",
        "tags": "a tag of HTML would lose its other half",
        "amendment": "an amendment quotes it",
        "quotation": "it says of itself that it is said again",
        "content": "it says something else, too",
        "heading": "it is a heading, or ends without a mark as one does: it goes only with the text under it",
        "words": "it is no prose",
        "unlike": "it is not alike enough",
        "inside": "a stretch of a paragraph goes only between the borders of sentences, and if it says enough",
        "relied": "something that goes relies on it",
        "little": "so few words may be said twice at once on purpose",
        "numbers": "it is a row of numbers",
        "item": "it is an item of a list",
        "table": "it is a row of a table",
        "code": "it is code",
        "verse": "it is verse",
        "record": "it is an entry of a form",
    }
)
# ... and those of candidates that are not the same as their counterparts.
PARTIAL = frozenset({"content", "inside", "unlike"})
# --apply all lets go what is an accident with this probability, in percent.
_TOLD = 10.0
# So many pieces of evidence are told, of those that weigh as much as one digit shows.
_STRONGEST, _LEAST = 5, 0.05


def sure(log_odds: float) -> str:
    """Return how sure something is an accident, in words."""
    return _("{n} % sure to be an accident", n=f"{told_confidence(log_odds):.1f}")


def weighed(plan: Plan, evidence: Evidence) -> list[str]:
    """Return how sure it is, how sure it must be, and what that is made of, a row each, where anything is known."""
    if not evidence:
        return []
    asked, how = plan.settings.get("confidence"), sure(evidence[0][1])
    if isinstance(asked, (int, float)):
        how = _("{sure}; --confidence {n} is asked for", sure=how, n=f"{asked:g}")
    return [how, *(f"  {row}" for row in rows(evidence))]


def decided(plan: Plan, group: Group) -> list[str]:
    """Return what decided on a group, and what would change that, a row each."""
    if group.held and differing(group) and not group.evidence:
        return [_("what differs is said nowhere else: only --apply all may let it go")]
    if not group.evidence:
        return []
    score = group.evidence[0][1]
    return [*weighed(plan, group.evidence), to_go("meant", score, 0) if group.held else to_stay(score)]


def differing(group: Group) -> list[Reason]:
    """Return the reasons of a group that are differences."""
    return [reason for reason in group.reasons if reason is not Reason.ENTRY]


def rows(evidence: Evidence) -> list[str]:
    """Return the strongest pieces of evidence, one a row; above 0 they speak for an accident."""
    terms = [term for term in evidence if term[0] != "score" and abs(term[1]) >= _LEAST][:_STRONGEST]
    return [f"{value:+.1f}  {_(WORDS.get(name, name))}" for name, value in terms]


def to_go(reason: str, log_odds: float | None, length: int) -> str:
    """Return what would let go what stays; ``length`` is counted as ``--min-length`` does."""
    if reason == "meant" and log_odds is not None:
        ways = ["--apply all"] if confidence(log_odds) >= _TOLD else []
        whole = int(confidence(log_odds))
        return _ways([f"--confidence {whole}", *ways] if whole >= 1 else [])
    if reason == "short":
        return _ways([f"--min-length {max(length, 1)}"])
    if reason == "unlike":
        return _ways([_("a lower --similarity")])
    return _ways([])


def to_stay(log_odds: float) -> str:
    """Return what would let stay what goes."""
    least = int(confidence(log_odds)) + 1
    return _("it stays with --confidence {n}", n=least) if least <= 99 else _("it goes under any --confidence")


def _ways(ways: Sequence[str]) -> str:
    if not ways:
        return _("no option lets it go")
    return _("it may go with {ways}", ways=_(" or ").join(ways))


def why(reason: str) -> str:
    """Return why a candidate stays, from the word of its rejection."""
    return _(REASONS.get(reason, reason))


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

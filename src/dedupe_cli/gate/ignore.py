"""What takes no part in a text (markers, patterns, accepted passages, parts of a format), and a plan without it.

A marker (``dedupe: ignore``, ``ignore-file``, ``off`` ... ``on``) stands alone on a line, in the comment signs of any
format, so that prose about markers is none. It may name rules in brackets and give a reason behind two dashes:
``<!-- dedupe: ignore [D201] -- quoted on purpose -->``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.document.split import blocks
from dedupe_cli.errors import SettingsError
from dedupe_cli.gate.rules import codes
from dedupe_cli.gate.sketch import windows
from dedupe_cli.model import Decision, Edit, Group, Member, Plan, Span
from dedupe_cli.read.formats.markdown.blocks import markdown_parts
from dedupe_cli.read.formats.rest import is_rest, rest_parts
from dedupe_cli.text.expressions import is_found
from dedupe_cli.text.spans import union

if TYPE_CHECKING:
    from dedupe_cli.model import Source

# Nothing is given back to another part of the pattern: a line of a million spaces takes no time.
_SPACE = r"[^\S\r\n]*+"
_MARKER = re.compile(
    rf"(?:^|(?<=\r)){_SPACE}(?:<!--|//|\#|%|\.\.|\{{/\*|/\*|;++){_SPACE}dedupe:{_SPACE}(?P<word>\w++(?:-\w++)*+){_SPACE}"
    rf"(?:\[(?P<codes>[^\]\r\n]*+)\]|(?P<bare>[A-Z]\d++(?:{_SPACE},?+{_SPACE}[A-Z]\d++)*+))?+{_SPACE}"
    rf"(?:--(?!>)[^\r\n]*+|(?:-->|\*/\}}|\*/)?+{_SPACE})(?=[\r\n]|\Z)",
    re.MULTILINE,
)
_WORDS = ("ignore", "ignore-file", "off", "on")
_VISIBLE = re.compile(r"\S")


class Marker(NamedTuple):
    """One marker: its line, the region that it is about, the prefixes of codes that it names (none: all rules).

    ``fault`` says what is wrong with one that hides nothing whatever stands there.
    """

    line: Span
    region: Span
    codes: tuple[str, ...] = ()
    fault: str = ""

    def hides(self, code: str, spans: Sequence[Span]) -> bool:
        """Tell whether a finding of a rule at some places is hidden."""
        named = not self.codes or any(code.startswith(each) for each in self.codes)
        return named and not self.fault and any(self.region.overlaps(span) for span in spans)


def may_hold(text: str) -> bool:
    """Tell whether a text may hold markers; cheap."""
    return "dedupe:" in text


def markers(text: str, code: Sequence[Span] = ()) -> list[Marker]:
    """Return the markers of a text in order, but for those in ``code``, where they are examples."""
    if not may_hold(text):
        return []
    found: list[Marker] = []
    opened: tuple[int, Marker] | None = None
    starts = blocks(text)
    for match in _MARKER.finditer(text):
        line = Span(*match.span())
        at = bisect_right(code, line.start, key=lambda part: part.start) - 1
        if at >= 0 and code[at].covers(line):
            continue
        word = match["word"]
        named, fault = _codes(match["codes"])
        if match["bare"]:
            fault = f"rules stand in brackets: [{match['bare']}]"
        if word == "on":
            if opened is None:
                found.append(Marker(line, Span(line.end, line.end), (), "no `dedupe: off` stands before it"))
            else:
                place, begun = opened
                found[place] = Marker(begun.line, Span(begun.line.end, line.start), begun.codes, begun.fault)
                found.append(Marker(line, Span(line.end, line.end)))
                opened = None
            continue
        if word not in _WORDS:
            fault = f"{word!r} is no marker: they are {', '.join(_WORDS)}"
        region = _region(text, word, line, starts)
        marker = Marker(line, region, named, fault)
        if word == "off":
            opened = (len(found), marker)
        found.append(marker)
    return found


def _codes(words: str | None) -> tuple[tuple[str, ...], str]:
    """Return the prefixes that a marker names, and what is wrong with them."""
    try:
        return codes((w for w in re.split(r"[\s,]+", words or "") if w), "marker"), ""
    except SettingsError as error:
        return (), error.message.removeprefix("marker: ")


def _region(text: str, word: str, line: Span, starts: Sequence[Span]) -> Span:
    if word == "ignore-file":
        return Span(0, len(text))
    if word == "off":
        return Span(line.end, len(text))
    first = _VISIBLE.search(text, line.end)
    if first is None:
        return Span(line.end, line.end)
    at = bisect_right(starts, first.start(), key=lambda block: block.end)
    return Span(first.start(), starts[at].end if at < len(starts) else len(text))


# A paragraph is an accepted passage when this share of its windows (four Han characters, nine letters) stands in one.
ACCEPTED, WINDOW = 0.5, 44


@dataclass(frozen=True)
class IgnoreRules:
    """What is asked for: whether markers count, regular expressions, texts of accepted passages, parts of formats.

    ``parts`` take no part; ``checked`` are parts of Markdown that are no prose and are compared as wholes.
    """

    markers: bool = True
    patterns: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    checked: frozenset[str] = frozenset()

    @cached_property
    def accepted(self) -> set[str]:
        """The windows of all accepted passages."""
        return set().union(*(windows(text, WINDOW) for text in self.boilerplate))


class Ignored(NamedTuple):
    """What takes no part in one text.

    ``always`` are the spans of patterns, accepted passages and parts, and the lines of markers; ``marked`` are the
    regions of markers besides; both disjoint and in order.
    """

    always: tuple[Span, ...] = ()
    marked: tuple[Span, ...] = ()
    markers: tuple[Marker, ...] = ()


def ignored(source: Source, heed: IgnoreRules) -> Ignored:
    """Return what takes no part in a text. Markers that name rules hide findings later, not the text."""
    text = source.text
    spans = _parts(source, heed.parts) if heed.parts else []
    found = markers(text, _parts(source, ("literal",))) if heed.markers and may_hold(text) else []
    if heed.patterns or heed.boilerplate:
        spans += _passages(text, heed)
    # White space at the ends may go with what stands beside it.
    always = union(span.trimmed(text) for span in [*spans, *(marker.line for marker in found)])
    regions = [marker.region.trimmed(text) for marker in found if not marker.codes and not marker.fault]
    return Ignored(always, union([*always, *regions]) if regions else always, tuple(found))


def _parts(source: Source, wanted: Collection[str]) -> list[Span]:
    """Return the wanted parts of a text of Markdown or reStructuredText in order; ``literal`` is code to the letter."""
    if source.format == "markdown":
        names = {*wanted, "code"} if "literal" in wanted else wanted
        return sorted(span for _, span in markdown_parts(source.text, names))
    return rest_parts(source.text, wanted) if is_rest(source.path) else []


def _passages(text: str, heed: IgnoreRules) -> list[Span]:
    """Return the paragraphs in which a pattern is found, and those that are accepted passages."""
    out = []
    for block in blocks(text):
        paragraph = block.of(text)
        hit = any(is_found(pattern, paragraph) for pattern in heed.patterns)
        if hit or (heed.boilerplate and _is_accepted(paragraph, heed.accepted)):
            out.append(block)
    return out


def _is_accepted(text: str, known: set[str]) -> bool:
    mine = windows(text, WINDOW)
    return bool(mine) and len(mine & known) >= ACCEPTED * len(mine)


def narrow(
    plan: Plan, keep: Callable[[Group], bool], keep_alone: Callable[[str, Span], bool] = lambda _code, _span: True
) -> Plan:
    """Return a plan with the groups that ``keep`` wants and their edits.

    ``keep_alone`` is asked with rule and span about notes and about edits without a group. Fewer cuts are always
    lawful: what a cut relies on stays all the more.
    """
    index: dict[int, int] = {}
    groups: list[Group] = []
    for number, group in enumerate(plan.groups):
        if keep(group):
            index[number] = len(groups)
            groups.append(group)
    wanted: list[Edit] = []
    dropped: list[Edit] = []
    for edit in plan.edits:
        stays = edit.group in index if edit.group >= 0 else keep_alone(edit.rule, edit.span)
        (wanted if stays else dropped).append(edit)
    notes = tuple(note for note in plan.notes if keep_alone(note.rule, note.span))
    if not dropped and len(groups) == len(plan.groups) and len(notes) == len(plan.notes):
        return plan
    edges = {edge for edit in dropped for edge in (edit.span.start, edit.span.end)}
    edits = tuple(replace(edit, group=index.get(edit.group, -1)) for edit in wanted if not _is_loose(plan, edit, edges))
    return replace(plan, edits=edits, groups=tuple(groups), notes=notes)


def _is_loose(plan: Plan, edit: Edit, edges: set[int]) -> bool:
    """Tell whether an edit is the white space of a cut on the other side of one that is not made."""
    if edit.group < 0 or not {edit.span.start, edit.span.end} & edges:
        return False
    return not any(span.overlaps(edit.span) for span in spans_of(plan.groups[edit.group]))


def staying(plan: Plan) -> Plan:
    """Return the plan of a file that is never edited: what would go is protected."""
    groups = tuple(replace(each, members=_held(each.members)) for each in plan.groups)
    return replace(plan, edits=(), groups=groups, protected=True)


def _held(members: Sequence[Member]) -> tuple[Member, ...]:
    return tuple(replace(m, decision=Decision.PROTECTED) if m.decision is Decision.REMOVE else m for m in members)


def unmarked(plan: Plan, markers: Iterable[Marker]) -> Plan:
    """Return a plan without what markers hide."""
    found = [marker for marker in markers if not marker.fault]
    if not found:
        return plan
    return narrow(
        plan,
        lambda group: not any(marker.hides(group.rule, spans_of(group)) for marker in found),
        lambda code, span: not any(marker.hides(code, (span,)) for marker in found),
    )


def spans_of(group: Group) -> list[Span]:
    """Return what the members of a group cover."""
    return [span for member in group.members for span in member.spans]

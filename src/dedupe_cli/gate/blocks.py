"""Blocks that stand twice as they are: lists, tables and code, footers, and what else a project asks for.

The matching leaves them out or asks for more prose than they have: so they are compared as wholes, row for row, in one
file or between files. Nothing takes them out; what other findings tell already is not told again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dedupe_cli.decide.passages import has_units, units
from dedupe_cli.document.fences import closes, opens
from dedupe_cli.finding import Finding, Place
from dedupe_cli.gate.findings import Places, is_as_written
from dedupe_cli.gate.messages import many, quoted
from dedupe_cli.gate.rules import rule_of
from dedupe_cli.gate.sketch import content_hash
from dedupe_cli.model import Decision, Source, Span
from dedupe_cli.read.formats.markdown.blocks import markdown_parts
from dedupe_cli.text.letters import says

WITHIN, BETWEEN = "D101", "D301"
# What is shorter, in rows or in units, says too little to be told by itself.
ROWS, UNITS = 3, 25
_PAIR = 2
# What ends so many files, and such a share of all, is their footer; of fewer units it is a link or a name.
FILES, SHARE, SHORTEST = 5, 0.1, 8
# What each kind is called in a message, and the parts of Markdown among which a project may leave it out.
NAMES = {"list": "this list", "table": "this table", "code": "this code", "footer": "this footer"}
_PARTS = {"table": "tables", "code": "code", "list": ""}
_ITEM = re.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+\S")
_ROW = re.compile(r"[ \t]*(?:\||\+[-=+]+\+[ \t]*$)")
_LITERAL = re.compile(
    r"([ \t]*)(?:\.\.[ \t]+(?:code-block|code|sourcecode|parsed-literal)::|(?![ \t]*\.\.[ \t]).*(?<!:)::[ \t]*$)"
)
# What a line has at its beginning, or two colons, where one of these may begin: most lines have neither.
_MAY_BEGIN = re.compile(r"[ \t]*(?:[`~>|+*•.\d-]|.*::)")
# Listings of AsciiDoc are fenced by four signs or more, other files have rules of them.
_ADOC, _LISTING = (".adoc", ".asciidoc", ".asc"), re.compile(r"-{4,}|\.{4,}")
# What may stand before a fence, also in a quotation.
_BEFORE = "> \t"
# What a message calls the parts of Markdown that a project may ask for.
_CALLED = {
    "code": "code", "html": "HTML", "tables": "a table", "headings": "a heading", "definitions": "a definition",
    "front_matter": "front matter",
}  # fmt: skip
# White space within a line means nothing in these; headings are short, the others count from a length on.
_FLOWING, _ANY_LENGTH = frozenset({"tables", "headings", "definitions", "front_matter"}), frozenset({"headings"})


@dataclass(frozen=True, slots=True)
class Block:
    """What is compared as a whole: where it stands, and what it says whatever it is indented by.

    ``kind`` is ``list``, ``table``, ``code`` or ``footer`` (the last paragraph of a text, which may be one); with
    ``asked`` it is the part of Markdown that is asked for.
    """

    kind: str
    span: Span
    key: str
    asked: bool = False


def blocks_of(source: Source, without: Iterable[str] = (), ignored: Sequence[Span] = ()) -> list[Block]:
    """Return the large blocks of a text in order, without some parts of Markdown and what is ``ignored``."""
    if not is_as_written(source):
        return []
    out = []
    unwanted = {kind for kind, part in _PARTS.items() if part in without}
    found = list(_found(source.text, adoc=source.path.lower().endswith(_ADOC)))
    last = _last_paragraph(source.text)
    if source.text[: last.start].strip() and not (found and found[-1][1].overlaps(last)):
        found.append(("footer", last))
    for kind, span in found:
        rows = [line for line in span.of(source.text).splitlines() if line.strip()]
        if kind in unwanted or (kind != "footer" and len(rows) < ROWS) or any(span.overlaps(each) for each in ignored):
            continue
        key = "\n".join(" ".join(row.split()) for row in rows)
        if has_units(key, SHORTEST if kind == "footer" else UNITS):
            out.append(Block(kind, span, key))
    return out


def _last_paragraph(text: str) -> Span:
    """Return the lines at the end of a text behind the last blank one."""
    end = first = len(text.rstrip())
    while first:
        start = text.rfind("\n", 0, first - 1) + 1
        if not text[start:first].strip():
            break
        first = start
    return Span(first, end)


def is_frame(files: int, of: int) -> bool:
    """Tell whether what so many of all files say is their footer or the like: in so many it is meant."""
    return files >= max(FILES, SHARE * of)


def asked_blocks(text: str, wanted: Collection[str], least: int, ignored: Sequence[Span] = ()) -> list[Block]:
    """Return the parts of a Markdown text that a project asked for, such as ``code``, from ``least`` units on."""
    out = []
    for name, span in markdown_parts(text, wanted):
        lines = span.of(text).splitlines()
        key = "\n".join([" ".join(line.split()) for line in lines] if name in _FLOWING else _dedented(lines))
        if not any(each.overlaps(span) for each in ignored) and (name in _ANY_LENGTH or units(key) >= least):
            out.append(Block(name, span, key, asked=True))
    return out


def _dedented(lines: Sequence[str]) -> list[str]:
    """Take away what all lines but the first are indented by: where a block stands means nothing."""
    depth = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return [lines[0].rstrip(), *(line[depth:].rstrip() for line in lines[1:])] if lines else []


def _found(text: str, *, adoc: bool) -> Iterator[tuple[str, Span]]:
    """Yield the blocks of a text, line by line: each looks as far as it goes."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    at = 0
    while at < len(lines):
        if not _MAY_BEGIN.match(lines[at]):
            at += 1
            continue
        kind, first, end, after = _block(lines, at, adoc=adoc)
        if kind and end > first:
            stop = starts[end - 1] + len(lines[end - 1].rstrip())
            yield kind, Span(starts[first], max(stop, starts[first]))
        at = max(after, at + 1)


def _block(lines: Sequence[str], at: int, *, adoc: bool) -> tuple[str, int, int, int]:
    """Return what begins at a line: its kind (empty: nothing), its first line, the one behind it, where to go on."""
    line = lines[at]
    bare = line.strip(_BEFORE + "\r\n")
    if fence := opens(bare) or (bare if adoc and _LISTING.fullmatch(bare) else ""):
        end = _while(lines, at + 1, lambda row: not closes(row.lstrip(_BEFORE), fence))
        return "code", at, min(end + 1, len(lines)), end + 1
    if _ROW.match(line):
        end = _while(lines, at, lambda row: _ROW.match(row) is not None)
        return "table", at, end, end
    if item := _ITEM.match(line):
        end = _list_end(lines, at, len(item[1].expandtabs()))
        return "list", at, end, end
    if literal := _LITERAL.match(line):
        depth = len(literal[1].expandtabs())
        first = at + 1
        while first < len(lines) and (not lines[first].strip() or lines[first].lstrip().startswith(":")):
            first += 1
        end = _while(lines, first, lambda row: not row.strip() or _indent(row) > depth)
        while end > first and not lines[end - 1].strip():
            end -= 1
        return ("code" if first < len(lines) and _indent(lines[first]) > depth else ""), first, end, max(end, at + 1)
    return "", at, at, at + 1


def _while(lines: Sequence[str], at: int, holds: Callable[[str], bool]) -> int:
    while at < len(lines) and holds(lines[at]):
        at += 1
    return at


def _indent(line: str) -> int:
    wide = line.expandtabs()
    return len(wide) - len(wide.lstrip())


def _list_end(lines: Sequence[str], at: int, depth: int) -> int:
    """Return the line behind a list: its items, what is indented below them, lines that only go on without a break."""
    end, blank = at + 1, False
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            blank = True
            continue
        item = _ITEM.match(line)
        if (item and len(item[1].expandtabs()) >= depth) or _indent(line) > depth or (not blank and not item):
            end, blank = number + 1, False
            continue
        break
    return end


def repeated_blocks(
    sources: Sequence[Source],
    found: Sequence[Sequence[Block]],
    known: Iterable[Finding],
    between: Callable[[Sequence[int]], bool] | None = None,
) -> list[tuple[Finding, list[tuple[int, Span]]]]:
    """Return a finding for each block that stands twice, with its places (text, span).

    ``found`` are the blocks of each text; what all but one of them stands in is left out where ``known`` findings tell
    it. ``between`` tells whether a block that stands in some texts is of interest; without it, repeats within one text
    are.
    """
    where: dict[tuple[str, str, bool], list[tuple[int, Span]]] = {}
    for at, blocks in enumerate(found):
        for block in blocks:
            where.setdefault((block.kind, block.key, block.asked), []).append((at, block.span))
    rows = [(what, places) for what, places in where.items() if len(places) > 1]
    told = _Told(known if rows else ())
    lookup: dict[int, Places] = {}
    out = []
    for what, places in rows:
        texts = sorted({at for at, _ in places})
        if not (between(texts) if between else len(texts) == 1):
            continue
        if what[0] == "footer" and not is_frame(len(texts), len(sources)):
            continue
        members = []
        for number, (at, span) in enumerate(places):
            if at not in lookup:
                lookup[at] = Places(sources[at])
            members.append(lookup[at].place((span,), Decision.PROTECTED if number else Decision.KEEP))
        if sum(told.has(member.path, member.start.char, member.end.char) for member in members) < len(members) - 1:
            out.append((_finding(*what, members, BETWEEN if between else WITHIN), places))
    return out


def _finding(kind: str, key: str, asked: bool, members: Sequence[Place], rule: str) -> Finding:  # noqa: FBT001  of a key
    first, size = members[0], len(members)
    stands = first.stands if rule == BETWEEN else first.where
    copies = many(size, len({member.path for member in members})) if rule == BETWEEN else f"{size} copies"
    if asked:
        what = f"{_CALLED[kind]}, {copies}" if size > _PAIR else _CALLED[kind]
        message = f"exact copy of {stands} ({what}); it is told only, clean leaves it"
    else:
        message = f"{NAMES[kind]} stands in {stands}, too{f' ({copies})' if size > _PAIR else ''}; clean leaves it"
    return Finding(
        rule=rule,
        severity=rule_of(rule).severity,
        message=message,
        fingerprint=content_hash(kind, key) if asked else content_hash(kind, key, rule),
        members=tuple(members),
        quote=quoted(key if asked else _words(key)),
        asked=asked,
        known_by=key,
    )


def _words(key: str) -> str:
    """Return what a block says from its first row that says something: not a fence, nor a rule of a table."""
    rows = key.split("\n")
    while len(rows) > 1 and (opens(rows[0].lstrip(_BEFORE)) or not says(rows[0])):
        del rows[0]
    return " ".join(rows)


class _Told:
    """What of each file some findings are about."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._by_path: dict[str, list[tuple[int, int]]] = {}
        for finding in findings:
            if finding.rule[:2] in {"D1", "D2", "D3"} and len(finding.members) > 1:
                for member in finding.members:
                    self._by_path.setdefault(member.path, []).append((member.start.char, member.end.char))
        for spans in self._by_path.values():
            spans.sort()

    def has(self, path: str, start: int, end: int) -> bool:
        """Tell whether half of a stretch is in a finding."""
        spans = self._by_path.get(path, [])
        common = sum(max(min(b, end) - max(a, start), 0) for a, b in spans[: bisect_left(spans, (end, 0))] if b > start)
        return 2 * common >= end - start

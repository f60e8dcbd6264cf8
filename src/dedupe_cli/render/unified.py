"""A unified diff that ``patch`` and ``git apply`` take and people can read.

Hunks are written from the plan, so that ``-`` and ``+`` of one line stand next to each other (a line differ
tears them apart). Lines end at line feeds only, as in ``patch``; their bytes are those of the file.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dedupe_cli.errors import DedupeError, PlanError
from dedupe_cli.language import english
from dedupe_cli.model import Edit, Plan, Source, Span
from dedupe_cli.render.phrases import counts
from dedupe_cli.text.position import LineTable

# Lines of context: a patch with none is refused by git; more hide what happens.
_CONTEXT = 1
_NO_NEWLINE = "\\ No newline at end of file\n"
# Longest comment behind the second @@, in characters.
_COMMENT = 100


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines ``first..last`` (from 0, exclusive) of the old text become ``new``; ``edits`` say why."""

    first: int
    last: int
    new: tuple[str, ...]
    edits: tuple[Edit, ...]


def unified(source: Source, plan: Plan, output: str, told: str = "") -> bytes:
    """Return the patch from ``source`` to ``output`` (its text rewritten by ``plan``); empty when equal.

    ``told`` says what is in it, by default the counts of the plan (ASCII).

    Raises :class:`DedupeError` for UTF-16 and UTF-32, which ``patch`` cannot read, and for a text that its
    encoding does not hold; :class:`PlanError` when the plan does not lead to ``output``.
    """
    if output == source.text:
        return b""
    if source.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        raise DedupeError(
            f"{source.path}: a patch of {source.encoding} text cannot be read by patch",
            hint="dedupe diff --layout inline shows the cuts; dedupe clean -o FILE writes the result",
        )
    mark = source.bom.decode(source.encoding.replace("-sig", ""), "ignore")
    old = _split(mark + source.text)
    changes = list(_changes(old, plan.edits, len(mark)))
    if "".join(_applied(old, changes)) != mark + output:
        raise PlanError(f"{source.path}: the plan does not lead to the cleaned text", hint="make the plan again")
    with english():
        out = [_head(source, told or counts(plan))]
    table = LineTable(source.text)
    shift = 0
    for hunk in _hunks(changes):
        lines, shift = _hunk(old, hunk, shift, _comment(table, hunk))
        out.append(_encoded(lines, source))
    return b"".join(out)


def _encoded(part: str, source: Source) -> bytes:
    """Encode a part of the patch as the file is encoded."""
    codec = source.encoding.lower().replace("-sig", "")
    try:
        return part.encode(codec, "surrogateescape")
    except UnicodeEncodeError as error:
        char = f"U+{ord(part[error.start]):04X}"
        raise DedupeError(
            f"{source.path}: {source.encoding} has no {char}", hint="give the encoding of the file with --encoding"
        ) from error


def _split(text: str) -> list[str]:
    """Split at line feeds only; each line keeps its own."""
    lines = text.split("\n")
    out = [line + "\n" for line in lines[:-1]]
    return [*out, lines[-1]] if lines[-1] else out


def _changes(old: Sequence[str], edits: Sequence[Edit], shift: int) -> Iterator[_Change]:
    """Turn edits into changed lines, edits that touch the same line together."""
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    runs: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        low, high = edit.span.start + shift, edit.span.end + shift
        first = min(bisect_right(starts, low) - 1, max(0, len(old) - 1))
        last = bisect_right(starts, max(low, high - 1))
        last = max(first + 1, min(last, len(old)))
        text = edit.replacement
        open_end = not text.endswith("\n") if text else low != starts[first]
        if open_end and last < len(old) and high == starts[last]:
            last += 1  # the newline goes: the line behind joins the one that was cut
        if runs and first < runs[-1][1]:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]), [*runs[-1][2], edit])
        else:
            runs.append((first, last, [edit]))
    for first, last, group in runs:
        new = _rewritten(old, starts, (first, last), group, shift)
        change = _trimmed(old, first, last, new, tuple(group))
        if change.new or change.first < change.last:
            yield change


def _rewritten(
    old: Sequence[str], starts: Sequence[int], lines: tuple[int, int], edits: Sequence[Edit], shift: int
) -> list[str]:
    """Return the new lines in the place of ``lines``."""
    base = starts[lines[0]]
    text = "".join(old[lines[0] : lines[1]])
    pieces, at = [], 0
    for edit in edits:
        pieces += [text[at : edit.span.start + shift - base], edit.replacement]
        at = edit.span.end + shift - base
    return _split("".join([*pieces, text[at:]]))


def _trimmed(old: Sequence[str], first: int, last: int, new: list[str], edits: tuple[Edit, ...]) -> _Change:
    """Leave out lines at both ends that stay as they are."""
    while first < last and new and old[first] == new[0]:
        first += 1
        new = new[1:]
    while last > first and new and old[last - 1] == new[-1]:
        last -= 1
        new = new[:-1]
    return _Change(first, last, tuple(new), edits)


def _applied(old: Sequence[str], changes: Sequence[_Change]) -> Iterator[str]:
    at = 0
    for change in changes:
        yield from old[at : change.first]
        yield from change.new
        at = change.last
    yield from old[at:]


def _hunks(changes: Sequence[_Change]) -> list[list[_Change]]:
    """Put changes whose contexts touch into one hunk."""
    out: list[list[_Change]] = []
    for change in changes:
        if out and change.first - out[-1][-1].last <= 2 * _CONTEXT:
            out[-1].append(change)
        else:
            out.append([change])
    return out


def _hunk(old: Sequence[str], hunk: Sequence[_Change], shift: int, comment: str) -> tuple[str, int]:
    """Write one hunk; return it and how far the lines behind it have moved."""
    low, high = max(0, hunk[0].first - _CONTEXT), min(len(old), hunk[-1].last + _CONTEXT)
    body = [*_marked(" ", old[low : hunk[0].first])]
    for i, change in enumerate(hunk):
        body += _side_by_side(old[change.first : change.last], change.new)
        behind = hunk[i + 1].first if i + 1 < len(hunk) else high
        body += _marked(" ", old[change.last : behind])
    grown = sum(len(c.new) - (c.last - c.first) for c in hunk)
    before, after = high - low, high - low + grown
    head = f"@@ -{_range(low, before)} +{_range(low + shift, after)} @@ {comment}".rstrip() + "\n"
    return head + "".join(body), shift + grown


def _side_by_side(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Old and new lines, those that are alike next to each other."""
    out: list[str] = []
    for i in range(max(len(old), len(new))):
        out += _marked("-", old[i : i + 1]) + _marked("+", new[i : i + 1])
    return out


def _marked(sign: str, lines: Sequence[str]) -> list[str]:
    return [sign + line if line.endswith("\n") else f"{sign}{line}\n{_NO_NEWLINE}" for line in lines]


def _range(first: int, size: int) -> str:
    """Write a line range as ``patch`` reads it: an empty one names the line before it."""
    start = first + 1 if size else first
    return f"{start},{size}" if size != 1 else str(start)


def _head(source: Source, told: str) -> bytes:
    name = os.fsencode(_name(source.path))
    comment = f"# dedupe: {told} (patch -p0, git apply -p0)\n".encode("ascii")
    return comment + b"--- " + name + b"\n+++ " + name + b"\n"


def _name(path: str) -> str:
    """Quote a file name as git does when it holds control characters, quotes or backslashes."""
    if path == "-":
        return "stdin"
    plain = all(c.isprintable() and c not in '"\\' for c in path)
    if plain:
        return path + ("\t" if " " in path else "")
    return '"' + "".join(_quoted(b) for b in os.fsencode(path)) + '"'


def _quoted(byte: int) -> str:
    char = chr(byte)
    if char in '"\\':
        return "\\" + char
    return char if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _comment(table: LineTable, hunk: Sequence[_Change]) -> str:
    """Say for people what a hunk does; ASCII, nothing of the text."""
    edits: list[Edit] = []
    for edit in (e for change in hunk for e in change.edits):
        if edits and _continues(table, edits[-1], edit):
            edits[-1] = replace(edit, span=Span(edits[-1].span.start, edit.span.end))
        else:
            edits.append(edit)
    places = list(dict.fromkeys(_place(table, e) for e in edits))
    text = places[0]
    for place in places[1:]:
        if len(text) + len(place) + 12 > _COMMENT:
            return f"{text}; and {len(places) - places.index(place)} more"
        text += f"; {place}"
    return text


def _continues(table: LineTable, one: Edit, other: Edit) -> bool:
    """Tell whether two edits take out pieces of one copy, with nothing but white space between them."""
    same = (one.group, one.kept, one.kept_in, one.replacement) == (other.group, other.kept, other.kept_in, "")
    return same and bool(other.kept) and not table.text[one.span.end : other.span.start].strip()


def _lines(table: LineTable, span: Span) -> str:
    first, last = table.line(span.start), table.line(max(span.start, span.end - 1))
    return str(first) if first == last else f"{first}-{last}"


def _place(table: LineTable, edit: Edit) -> str:
    said = edit.span.trimmed(table.text)
    start, first, lines = said.start, table.line(said.start), _lines(table, said)
    if edit.replacement and edit.group >= 0:
        return f"{lines} changed {edit.reason}"
    span = table.span(first)
    inside = bool(table.text[span.start : start].strip())
    column = f"at column {table.column(start)}"
    if edit.replacement:
        return f"{lines} {'changed' if edit.span else 'added'} {column} ({edit.rule})"
    what = f"cut {column}" if inside else "goes"
    if edit.kept_in >= 0:  # the reason names another file, and names may hold anything
        return f"{lines} {what}: {edit.reason.encode('unicode_escape').decode('ascii')}"
    kept = list(dict.fromkeys(_lines(table, span) for span in edit.kept[:3]))
    if kept:
        several = len(kept) > 1 or "-" in kept[0]
        return f"{lines} {what}: stands in line{'s' if several else ''} {' and '.join(kept)}"
    return f"{lines} {what} ({edit.rule})"

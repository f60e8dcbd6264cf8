"""What is written into a record: text into one of its strings, values beside them; all else keeps its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.read.formats.json_spans import first, member
from dedupe_cli.read.formats.records.csv_rows import row_fields

if TYPE_CHECKING:
    from dedupe_cli.read.formats.raw_string import RawString

    Value = str | float | None
    Edits = list[tuple[Span, str]]


def rewritten(text: str, edits: Iterable[tuple[Span, str]]) -> str:
    """Return a text with other words in the place of some spans, which are in order."""
    pieces, at = [], 0
    for span, new in edits:
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join([*pieces, text[at:]])


def escaped(new: str, string: RawString, text: str, delimiter: str) -> str:
    """Write what is put into a string of a record (JSON without a delimiter) as that string is written."""
    if not delimiter:
        return json.dumps(new, ensure_ascii=False)[1:-1]
    return new.replace('"', '""') if text[string.span.start] == '"' else new


def in_object(text: str, values: Mapping[str, Value]) -> Edits:
    """Return the edits that give an object of JSON some members; those that it has get the new value."""
    edits, pairs = [], []
    for key, value in values.items():
        said = json.dumps(value, ensure_ascii=False)
        there = member(text, first(text), key)
        if there is None:
            pairs.append(f'"{key}": {said}')
        elif there.of(text) != said:
            edits.append((there, said))
    if pairs:
        end = text.rindex("}")
        joint = "" if text[:end].rstrip().endswith("{") else ", "
        edits.append((Span(end, end), joint + ", ".join(pairs)))
    return sorted(edits)


def in_row(text: str, values: Sequence[Value], places: Sequence[int], width: int, delimiter: str) -> Edits:
    """Return the edits that give a row of a table some values; one that is too short is filled up.

    ``places`` are the columns that they belong in, -1 for a new one; the table has names for ``width`` columns.
    """
    row = list(row_fields(text, delimiter))
    cells = [_cell(value, delimiter) for value in values]
    there = dict(zip(places, cells, strict=True))
    edits = [(row[at].span, cell) for at, cell in there.items() if 0 <= at < len(row)]
    edits = sorted((span, cell) for span, cell in edits if span.of(text) != cell)
    more = [there.get(at, "") for at in range(len(row), width)]
    more += [cell for at, cell in zip(places, cells, strict=True) if at < 0]
    end = len(text.rstrip("\r\n"))
    return [*edits, (Span(end, end), "".join(delimiter + cell for cell in more))] if more else edits


def _cell(value: Value, delimiter: str) -> str:
    text = "" if value is None else str(value)
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(c in text for c in (delimiter, '"', "\n", "\r")) else text

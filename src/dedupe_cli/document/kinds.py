"""What a block is: prose, or something whose repeats are meant (heading, list, table, code, verse, form)."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from dedupe_cli.document.boxes import box
from dedupe_cli.document.structure import is_item, underlines
from dedupe_cli.model import Span
from dedupe_cli.text.lines import FINAL, NEWLINES, PAUSE
from dedupe_cli.text.patterns import late


class BlockKind(StrEnum):
    """The kinds of blocks."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    TABLE = "table"
    CODE = "code"
    VERSE = "verse"
    RECORD = "record"


# Nothing beyond this many characters of a block is looked at, nor of the lines next to it.
_LOOK = 400
# The kinds of so many blocks are remembered: rounds ask for those of the whole text, one after the other.
_KNOWN = 1 << 14
_NEWLINE = re.compile(f"\r\n|[{NEWLINES}]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# A heading of Markdown, or of AsciiDoc and wikis.
_MARKDOWN = re.compile(r"(?:#{1,6}|={1,6})\s+\S")
# What underlines a title in reStructuredText, where Markdown would have three for a fence.
_UNDERLINE = re.compile(r"`{4,}|~{4,}")
_RULE = re.compile(r"[-=*_~#—·.\s]{3,}")
# Cells are parted by bars, tabs or three spaces; three of them make a row, of words and not of sentences.
_CELLS = re.compile(r"[ \u3000]*(?:\||\t+|\s{3,})[ \u3000]*")
_MAY_PART = re.compile(r"[|\t]|\s{3}")  # cheap
_CELL = 24
# Of more than so many cells the last one may be longer: what the others stand for.
_FEW_CELLS, _LAST_CELL = 3, 60
# One line of code: a statement with its braces, semicolon or colon; no sentence that ends in a semicolon.
_STATEMENT = late(
    r"""(?x)
    (?:fn|func|function|public|private|static|import|return|const|let|var|for|while|if|else|package|using|include|
       export)\b .* [{};]
    | import\s[\w.]+(?:\sas\s\w+)? | from\s[\w.]+\simport\s.* | return\s[\w.()\[\]]+ | @\w+
    | (?:def|class)\s\w+(?:\(.*\).*)?: | for\s\w+(?:,\s*\w+)*\sin\s.*: | (?:else|try|finally):
    | (?:if|elif|while|with)\s.*[=<>!()\[\]_.].*:
    | [\w.\[\]"']+ \s* (?:[-+*/|&]?=|:=) \s* .*
    | (?:int|void|float|double|char|auto|bool|string)\s+\w+ .* [{};]
    | [\w.]+\(.*\); | [a-z_][\w.]*\((?:[^\s,]+(?:,\s?[^\s,]+)*)?\)
    | [{}\[\]();]+
    | \$\s[a-z].* | >>>\s.* | <(?:[/!]?[A-Za-z]|!--)[^<>]*>
    """
)
# A member of a JSON object, on a line of its own.
_MEMBER = re.compile(r'"[^"\n]{1,80}"\s?:\s*(?:"(?:[^"\\]|\\.)*"|[-+.\w]+|[\[{].*)\s*,?')
_RECORD = re.compile(r"(?:[A-Z][\w /().'-]{0,24}|[^\W\d_a-z]{1,10})\s?[:：](?!//)\s*\S?")
_NUMBERED = re.compile(
    r"第[0-9一二三四五六七八九十百千零〇]{1,6}[章节節编編部分回卷篇]|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?\s"
    r"|(?:chapter|part|section|appendix|book)\s",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]")
# Longest line of verse, and numbers of Han characters in one (two halves make a line).
_VERSE, _HAN_VERSE = 60, range(3, 25)


def kind(text: str, block: Span) -> BlockKind:
    """Tell what a block is, from its own characters and the two lines before and behind it."""
    low, high = max(0, block.start - _LOOK), min(block.end, block.start + _LOOK) + _LOOK
    return _kind(text[low:high], block.start - low, min(block.end - block.start, _LOOK + 1))


@lru_cache(maxsize=_KNOWN)
def _kind(text: str, start: int, size: int) -> BlockKind:
    """Tell the same from the characters around: several stages ask, and again when something else was cut."""
    block = Span(start, start + size)
    body = text[block.start : min(block.end, block.start + _LOOK)]
    shown = body.strip()
    whole = block.end - block.start <= _LOOK
    if shown.startswith(("```", "~~~", "$$")) and not _UNDERLINE.fullmatch(shown):
        return BlockKind.CODE
    if box(shown) is not None:
        return BlockKind.CODE
    if _MARKDOWN.match(shown) or (whole and (_RULE.fullmatch(shown) or _UNDERLINE.fullmatch(shown))):
        return BlockKind.HEADING
    rows = _NEWLINE.split(body)
    if _is_row(rows[0].strip()) and (len(rows) == 1 or len(_CELLS.split(rows[1].strip())) > 1):
        return BlockKind.TABLE
    if _MAY_PART.search(body) and _are_rows(rows):
        return BlockKind.TABLE
    if len(rows) > 1:
        return _of_rows(text, block, rows)
    if is_item(text, block.start + len(body) - len(body.lstrip())):
        numbered = _NUMBERED.match(shown) or _LABEL.match(shown)
        return BlockKind.HEADING if whole and numbered and _is_title(shown) else BlockKind.ITEM
    return _of_line(text, block, body) if whole else BlockKind.PROSE


def _is_row(shown: str) -> bool:
    """Tell whether a line is a row of a table."""
    if not _MAY_PART.search(shown):
        return False
    cells = [cell for cell in _CELLS.split(shown) if cell]
    if shown[:1] == "|" and shown.count("|") > 1:
        return True
    return len(cells) > 2 and shown[-1] not in FINAL and all(len(cell) <= _CELL for cell in cells)


def _are_rows(rows: list[str]) -> bool:
    """Tell whether the first two lines are rows of so many columns that the last one may be long."""
    found = [[cell for cell in _CELLS.split(row.strip()) if cell] for row in rows[:2]]
    if len(rows) < 2 or len(found[0]) != len(found[1]) or len(found[0]) <= _FEW_CELLS:
        return False
    short = all(len(cell) <= _CELL for cells in found for cell in cells[:-1])
    return short and all(len(cells[-1]) <= _LAST_CELL for cells in found)


def _of_rows(text: str, block: Span, rows: list[str]) -> BlockKind:
    """Tell code from a list item and wrapped prose."""
    braced = sum(row.rstrip().endswith(("{", "}", ";")) for row in rows)
    indented = any(row[:1].isspace() for row in rows[1:])
    if indented and braced >= 0.3 * len(rows):
        return BlockKind.CODE
    first = block.start + len(rows[0]) - len(rows[0].lstrip())
    return BlockKind.ITEM if is_item(text, first) else BlockKind.PROSE


def _of_line(text: str, block: Span, body: str) -> BlockKind:
    """Tell what a block of one short line is."""
    shown = body.strip()
    before, after = _above(text, block), _below(text, block)
    if _is_statement(shown) and (body[:1].isspace() or shown[-1] in "{};:)" or shown[0] in "<$>@"):
        return BlockKind.CODE
    if shown[0] == '"' and _MEMBER.fullmatch(shown):
        return BlockKind.CODE
    near = before[:1] + after[:1]
    if _RECORD.match(shown) and any(_RECORD.match(line) for line in near):
        return BlockKind.RECORD
    if _is_verse(shown, before, after):
        return BlockKind.VERSE
    if not before and any(underlines(line, shown) for line in after[:1]):
        return BlockKind.HEADING
    if not before and _is_title(shown) and not any(_alike(shown, line) for line in after[:1]):
        return BlockKind.HEADING
    return BlockKind.PROSE


def _is_statement(shown: str) -> bool:
    return not _HAN.search(shown) and _STATEMENT.fullmatch(shown) is not None


def _above(text: str, block: Span) -> list[str]:
    """Return up to two lines directly before a block, the nearest first; a blank line ends them."""
    return _run(_NEWLINE.split(text[max(0, block.start - _LOOK) : block.start])[-2::-1])


def _below(text: str, block: Span) -> list[str]:
    """Return up to two lines directly behind a block, the nearest first; a blank line ends them."""
    return _run(_NEWLINE.split(text[block.end : block.end + _LOOK], maxsplit=3)[1:])


def _run(rows: list[str]) -> list[str]:
    out = []
    for row in rows[:2]:
        if not row.strip():
            break
        out.append(row.strip())
    return out


def _is_title(shown: str) -> bool:
    """Tell whether a line is short and has no mark at its end: a heading when it stands alone."""
    if shown.endswith(("——", "--")):
        return len(shown) <= 60
    last = shown.rstrip("\"'”’」』）)")[-1:]
    if not last or last in FINAL or last in PAUSE:
        return False
    if _HAN.search(shown):
        return len(shown) <= 36 and shown.count("，") <= 1
    words = shown.split()
    if len(words) > 12 or len(shown) > 80 or words[0][0].islower():
        return False
    return sum(not word[0].islower() for word in words) >= 0.5 * len(words)


def _alike(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 0.35 * max(len(one), len(other))


def _is_verse(shown: str, before: list[str], after: list[str]) -> bool:
    """Tell whether a line is one of three or more short ones in a row that are made like verse.

    Han: as many characters in each, and not one line again and again. Latin: each begins with a capital, and
    a third of them at most ends a sentence.
    """
    every = [*before[::-1], shown, *after]
    if len(every) < 3 or any(len(line) > _VERSE for line in every) or len(set(every)) < len(every):
        return False
    if _HAN.search(shown):
        sizes = [len(_HAN.findall(line)) for line in every]
        return sizes[0] in _HAN_VERSE and len(set(sizes)) == 1 and max(map(len, every)) <= sizes[0] + 4
    if shown.isupper():
        return False
    starts = all(line[0].isupper() or line[0] in "\"'“‘" for line in every)
    finals = sum(line.rstrip("\"'”’")[-1:] in FINAL for line in every)
    words = [len(line.split()) for line in every]
    few, many = min(words), max(words)
    return starts and 3 * finals <= len(every) and few >= 3 and many <= 3 * few

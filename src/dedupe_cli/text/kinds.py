"""What a block is: prose, or something whose repeats are meant (heading, list, table, code, verse, form)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from dedupe_cli.text.lines import FINAL, NEWLINES
from dedupe_cli.text.structure import is_item

if TYPE_CHECKING:
    from dedupe_cli.model import Span


class BlockKind(StrEnum):
    """The kinds of blocks."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    TABLE = "table"
    CODE = "code"
    VERSE = "verse"
    RECORD = "record"


# Nothing beyond this many characters of a block is looked at.
_LOOK = 400
_NEWLINE = re.compile(f"\r\n|[{NEWLINES}]")
_MARKDOWN = re.compile(r"#{1,6}\s")
_RULE = re.compile(r"[-=*_~#—·.]{3,}")
_TABLE = re.compile(r"\|.*\||[^|]+\|[^|]+\||.*\S(?:\t+|\s{3,})\S+(?:\t+|\s{3,})\S", re.DOTALL)
_CODE = re.compile(
    r"(?:```|~~~)|(?:def|class|fn|func|function|public|private|static|import|from|return|const|let|var|int|void|if|for|"
    r"while|else|elif|try|except|package|using|include|export)\b[^.。]*[{}();:=]\s*$|[\w.\])]+\s*(?:[-+*/]?=|:=)\s*[^.。]*[;)\]}\"'\d]$|"
    r"[{}\[\]();]+$|\$\s\w|<\/?\w+[^>]*>.*<?\/?\w*>?$|[\w.]+\([^)。]*\);?$|.*[;{]$",
    re.DOTALL,
)
_RECORD = re.compile(r"(?:\w[\w /()（）.'-]{0,24}|[^\W\d_]{1,10})\s?[:：](?!//)\s*\S?")
_NUMBERED = re.compile(
    r"第[0-9一二三四五六七八九十百千零〇]{1,6}[章节節编編部分回卷篇]|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}\.?\s|(?:chapter|part|section|appendix|book)\s",
    re.IGNORECASE,
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def kind(text: str, block: Span) -> BlockKind:
    """Tell what a block is, from its own characters and the lines next to it."""
    body = text[block.start : min(block.end, block.start + _LOOK)]
    shown = body.strip()
    whole = block.end - block.start <= _LOOK
    if _MARKDOWN.match(shown) or whole and _RULE.fullmatch(shown):
        return BlockKind.HEADING
    if shown.startswith(("```", "~~~")) or _is_code(shown, body):
        return BlockKind.CODE
    if is_item(text, block.start + len(body) - len(body.lstrip())):
        return BlockKind.HEADING if whole and _NUMBERED.match(shown) and _is_title(shown) else BlockKind.ITEM
    if _TABLE.match(shown.partition("\n")[0]):
        return BlockKind.TABLE
    if not whole or _NEWLINE.search(shown):
        return BlockKind.PROSE
    return _short(text, block, shown)


def _is_code(shown: str, body: str) -> bool:
    found = _NEWLINE.split(shown)
    if len(found) > 2 and len(found) > 1:
        return sum(line.rstrip().endswith(("{", "}", ";")) for line in found) >= 0.3 * len(found)
    return (
        len(found) == 1
        and not _HAN.search(shown)
        and _CODE.match(shown) is not None
        and (body[:1].isspace() or re.search(r"[;{}=]|\)\s*:?$", shown) is not None)
    )


def _short(text: str, block: Span, shown: str) -> BlockKind:
    """A block of one short line: heading, record, verse or prose, by the lines next to it."""
    before, after = _neighbour(text, block, -1), _neighbour(text, block, 1)
    if _RECORD.match(shown) and (any(n and _RECORD.match(n) for n in (before, after))):
        return BlockKind.RECORD
    if _is_verse(shown, before, after):
        return BlockKind.VERSE
    if not before and _is_title(shown) and not (after and _alike(shown, after)):
        return BlockKind.HEADING
    return BlockKind.PROSE


def _neighbour(text: str, block: Span, side: int) -> str:
    """The line directly before or behind a block (stripped), empty when it is blank or there is none."""
    if side > 0:
        rest = text[block.end : block.end + _LOOK]
        found = _NEWLINE.split(rest, maxsplit=2)
        return found[1].strip() if len(found) > 1 else ""
    rest = text[max(0, block.start - _LOOK) : block.start]
    found = _NEWLINE.split(rest)
    return found[-2].strip() if len(found) > 1 else ""


def _is_title(shown: str) -> bool:
    """Short, and no mark at its end: a heading when it stands alone."""
    if shown.endswith(("——", "--")):
        return True
    last = shown.rstrip("\"'”’」』）)")[-1:]
    if not last or last in FINAL or last in "，,、；;：:" and len(shown) > 12:
        return False
    if _HAN.search(shown):
        return len(shown) <= 36 and shown.count("，") <= 1
    words = shown.split()
    if not words or len(words) > 12 or len(shown) > 80:
        return False
    capital = sum(not w[0].islower() for w in words)
    return capital >= 0.5 * len(words) and not words[0][0].islower()


def _alike(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 0.35 * max(len(one), len(other))


def _is_verse(shown: str, before: str, after: str) -> bool:
    """Short lines in a row: of one number of Han characters, or ragged ones that all begin with a capital."""
    near = [n for n in (before, after) if n]
    if not near or len(shown) > 60 or any(len(n) > 60 for n in near):
        return False
    if _HAN.search(shown):
        size = len(_HAN.findall(shown))
        return 3 <= size <= 24 and all(len(_HAN.findall(n)) == size and n != shown for n in near)
    if len(near) < 2 and len(shown) > 48:
        return False
    every = (shown, *near)
    commas = sum(line[-1] in ",;:—" or line[-1].isalpha() for line in every)
    return (
        all(line[0].isupper() or line[0] in "\"'“‘" for line in every)
        and commas >= 0.5 * len(every)
        and (len(shown.split()) >= 3)
    )

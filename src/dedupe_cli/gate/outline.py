"""What pages are made of: lines, headings, sections, code."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from dedupe_cli.document.directives import DIRECTIVE, PROSE
from dedupe_cli.document.fences import closes, opens
from dedupe_cli.read.formats.rest import is_rest, rest_parts
from dedupe_cli.text.letters import says
from dedupe_cli.text.position import LineTable

if TYPE_CHECKING:
    from dedupe_cli.finding import Place

HEADING = re.compile(r"^(?: {0,3}#{1,6}[ \t]+(.+?)[ \t#]*|(?P<over>\S[^\n]*)\n([=\-~^\"'*+#])\3{2,})$", re.MULTILINE)
# What ends a comment, and what begins and ends a formula that stands alone.
_COMMENT, _FORMULA = "-->", "$$"
# A paragraph that is all bold heads what follows, as deep as no heading is.
_BOLD, _DEEPEST = re.compile(r"(\*\*|__)(?!\s)(?:(?!\1).)+\1[:：]?"), 9
_SHARPS, _UNDERLINE = re.compile(r"(#{1,6})[ \t]+\S"), re.compile(r"([=\-~^\"'*+])\1{2,}")
# What programs write into the pages that they make: nobody edits these.
_GENERATED = {"generated": re.compile(r"(?:\bauto-?|@)generated\b"), "do not edit": re.compile(r"\bdo not edit\b")}
# What pages say that stay for old addresses only, and within how many characters of their beginning.
_MOVED = re.compile(
    r"(?i)\b(?:has|have|was|were) (?:been )?moved (?:to|into)\b|\bno longer maintained\b"
    r"|已经?(?:迁移|移|移动|转移)[至到]|不再维护"
)
_BEGINNING = 600
# The head of an entry: a heading that is a name of code, a directive that is no frame around prose.
_OF_CODE = re.compile(
    r"#{1,6}[ \t]+(?:`[^`]+`|[\w$@-]*(?:[._$(-]|::|[a-z][A-Z])[^\s\u3400-\u9fff]*)[ \t#]*$|\.\.[ \t]+[\w:.+-]+::"
)
# What begins an item, a name in bold with a colon too, and the signs of a quotation before it.
ITEM = re.compile(
    r"^[ \t]*(?:[-+*](?=[ \t])|[•·]|\*\*[^*\n]+(?:[:：]\*\*|\*\*[ \t]*[:：])"
    r"|\d{1,3}[.)、]|[（(]?[一二三四五六七八九十]+[)）、])[ \t]*\S"
)
_QUOTED = re.compile(r"^(?: {0,3}>)+ ?")
# A tag that has its line to itself frames what follows, up to its counterpart: a tab, a box, a cell.
_TAG = re.compile(r"[ \t]*<(/?)([a-zA-Z][\w.-]*)(?:[ \t][^<>]*)?(?<!/)>[ \t]*")


class Outline:
    """One page; without a text where that is not at hand. Lines count from 1."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.is_rest = path, text, is_rest(path)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without what ends them."""
        return self.text.splitlines()

    @cached_property
    def headings(self) -> frozenset[str]:
        """What the headings say."""
        return frozenset(map(_said, HEADING.finditer(self.text)))

    @cached_property
    def title(self) -> str:
        """What the first heading says, empty where there is none."""
        first = HEADING.search(self.text)
        return _said(first) if first else ""

    @cached_property
    def prose(self) -> str:
        """The lines that are no code."""
        return "\n".join(line for number, line in enumerate(self.lines, 1) if number not in self._code)

    @cached_property
    def is_generated(self) -> bool:
        """True when a program writes the page, or a part of it."""
        if "generated" in self.path.casefold():
            return True
        said = self.text.casefold()
        return any(word in said and sign.search(said) for word, sign in _GENERATED.items())

    @cached_property
    def has_moved(self) -> bool:
        """True when the page says that what it says stands elsewhere now."""
        return _MOVED.search(self.text[:_BEGINNING]) is not None

    def body(self, place: Place) -> str:
        """Return the lines that a place covers, markup and all; of what is no text what it says."""
        if not place.in_lines or not self.lines:
            return place.text
        last = place.end.line - (place.end.column == 1 and place.end.line > place.start.line)
        return "\n".join(self.lines[place.start.line - 1 : last]) or place.text

    def without_code(self, place: Place) -> str:
        """Return the lines of a place but for those that are code on its page."""
        if not place.in_lines:
            return place.text
        rows = enumerate(self.body(place).split("\n"), place.start.line)
        return "\n".join(line for number, line in rows if number not in self._code)

    def says_between(self, one: Place, other: Place) -> bool:
        """Tell whether a line between two places says something, be it code."""
        first, second = sorted((one, other), key=lambda place: place.start.char)
        lines = self.lines[first.end.line : second.start.line - 1] if first.in_lines else []
        return any(map(says, lines))

    def frames_of(self, place: Place) -> list[int]:
        """Return the lines of the tags that a place stands between, the outermost first."""
        return sorted(first for first, last in self._frames if first < place.start.line < last)

    def items_of(self, place: Place) -> list[int]:
        """Return the lines of the items that a place is nested in, the outermost first."""
        out: list[int] = []
        rows = self.lines[: place.start.line] if place.in_lines else []
        depth = _depth(_QUOTED.sub("", rows[-1])) if rows else 0
        for number in range(len(rows) - 1, 0, -1):
            if not depth:
                break
            line = _QUOTED.sub("", rows[number - 1])
            if line.strip() and _depth(line) < depth:
                depth = _depth(line)
                if ITEM.match(line):
                    out.insert(0, number)
        return out

    @cached_property
    def _frames(self) -> list[tuple[int, int]]:
        """The lines of tags that have a line to themselves, and of what closes them; what nothing closes is none."""
        out, opened = list[tuple[int, int]](), list[tuple[int, str]]()
        for number, line in enumerate(self.lines, 1):
            tag = _TAG.fullmatch(line) if "<" in line and number not in self._code else None
            if tag and not tag[1]:
                opened.append((number, tag[2]))
            elif tag and any(name == tag[2] for _, name in opened):
                while opened[-1][1] != tag[2]:
                    opened.pop()
                out.append((opened.pop()[0], number))
        return out

    def is_entry(self, place: Place) -> bool:
        """Tell whether a place stands in an entry of a reference."""
        heads = self.sections_of(place)
        return bool(heads) and _OF_CODE.match(self.lines[heads[-1] - 1].lstrip()) is not None

    def sections_of(self, place: Place) -> list[int]:
        """Return the lines of the headings that a place stands under, and of directives, the outermost first."""
        inside = place.in_lines and self.is_rest and self.lines
        at = bisect_right(self._chains, place.start.line, key=lambda chain: chain[-1])
        return list(self._chains[at - 1] if at else ()) + (self._directives_of(place) if inside else [])

    @cached_property
    def _chains(self) -> list[tuple[int, ...]]:
        """Each heading with those that it stands under, the outermost first, as their lines."""
        above, out = list[tuple[int, int]](), list[tuple[int, ...]]()
        for line, depth in self._sections:
            while above and above[-1][1] >= depth:
                above.pop()
            above.append((line, depth))
            out.append(tuple(line for line, _ in above))
        return out

    def _directives_of(self, place: Place) -> list[int]:
        """Return the lines of the directives of reStructuredText that a place stands in, the outermost first."""
        out: list[int] = []
        depth = _depth(self.lines[place.start.line - 1])
        for number in range(place.start.line - 1, 0, -1):
            line = self.lines[number - 1]
            if not depth:
                break
            if line.strip() and _depth(line) < depth:
                depth = _depth(line)
                found = DIRECTIVE.match(line.lstrip())
                if found and found[1] not in PROSE:
                    out.insert(0, number)
        return out

    @cached_property
    def _sections(self) -> list[tuple[int, int]]:
        """The headings that are in no code, and paragraphs that are all bold: their lines, how deep each is from 1."""
        out, bold = list[tuple[int, int]](), self._bold
        marks = "" if self.is_rest else "=-"  # reStructuredText takes them as they come
        for number, line in enumerate(self.lines, 1):
            if number in self._code:
                continue
            if number in bold:
                out.append((number, _DEEPEST))
            elif found := _SHARPS.match(line):
                out.append((number, len(found[1])))
            elif number > 1 and _UNDERLINE.fullmatch(line.rstrip()) and self.lines[number - 2].strip():
                marks += "" if line[0] in marks else line[0]
                out.append((number - 1, marks.index(line[0]) + 1))
        return out

    @cached_property
    def _bold(self) -> set[int]:
        """The first lines of the paragraphs that are all bold, or whose first sentence is, up to a break."""
        out, first, said = set[int](), 0, ""
        for number, line in enumerate([*self.lines, ""], 1):
            line = line.strip()  # noqa: PLW2901
            if line and not line.startswith("<br"):
                first, said = (first, f"{said} {line}") if said else (number, line)
                continue
            if said.startswith(("**", "__")) and _BOLD.fullmatch(said):
                out.add(first)
            said = ""
        return out

    @cached_property
    def _code(self) -> frozenset[int]:
        """The lines that are code or a comment, with the fences around them; one that is not closed goes to the end."""
        if self.is_rest:
            table = LineTable(self.text)
            rows = [(table.line(span.start), span.of(self.text)) for span in rest_parts(self.text, ("literal",))]
            return frozenset(number for first, said in rows for number in range(first, first + len(said.splitlines())))
        end, out = "", set[int]()
        for number, line in enumerate(self.lines, 1):
            inside, end = end, end or _end_of(line)
            if end:
                out.add(number)
            if inside and (end in line if end == _COMMENT else closes(line, end)):
                end = ""
        return frozenset(out)


def _end_of(line: str) -> str:
    """Return what ends the code, the formula or the comment that a line begins; empty where it begins none."""
    shown = line.strip()
    if shown.startswith("<!--"):
        return "" if _COMMENT in shown else _COMMENT
    return shown if shown == _FORMULA else opens(shown)


def _said(heading: re.Match[str]) -> str:
    return (heading[1] or heading["over"]).strip().casefold()


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())

"""The parsers of Markdown: CommonMark with tables, blocks alone; and the inside of a paragraph.

markdown-it-py asks every rule at every line whether its block begins there. Nearly all of them need a certain first
character, so here a line asks only those that its own may begin, and where a paragraph ends is looked for once, not
twice. The blocks are the same. Only the tokens that begin a block are kept, with what of them is looked at: a text may
have as many as characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal, cast

from markdown_it import MarkdownIt, rules_block
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

from dedupe_cli.document.boxes import LINE

if TYPE_CHECKING:
    from markdown_it.token import Token

    Rule = Callable[[StateBlock, int, int, bool], bool]

# What a block of a rule begins with, behind its indentation; all other rules may begin with anything.
_BEGIN: dict[Rule, str] = {
    rules_block.fence: "`~",
    rules_block.blockquote: ">",
    rules_block.hr: "*-_",
    rules_block.list_block: "*+-0123456789",
    rules_block.reference: "[",
    rules_block.html_block: "<",
    rules_block.heading: "#",
}
# A line that opens or closes a box, and a formula between dollars: many sites have them, CommonMark has not.
_BOX = re.compile(LINE, re.MULTILINE)
_FORMULA = "$$"
_ALSO_ENDS = ["paragraph", "reference", "blockquote", "list"]
# What a blank line holds, columns of a tab, how far a line may be indented that does more than go on with a paragraph,
# what makes a heading of the lines above it.
_BLANK, _TAB, _LAZY = " \t", 4, 3
_UNDERLINE = re.compile(r"(?:-+|=+)[ \t]*$")
# Ends of blocks whose content has lines while they have none.
_CELLS = ("th_close", "td_close")


class Block:
    """What stands in for a token that begins a block: its kind (``paragraph``), how many blocks hold it, its lines.

    ``has_content`` tells that ``content`` is that of a paragraph or a heading. The other names are set by the rules,
    and not looked at.
    """

    __slots__ = (
        "attrs", "children", "content", "has_content", "hidden", "info", "level", "map", "markup", "meta", "type",
    )  # fmt: skip

    def __init__(self, kind: str, level: int) -> None:
        self.type, self.level = kind, level
        self.map = [0, 0]
        self.content: str
        self.has_content = False


_CLOSED = Block("", 0)


class _State(StateBlock):
    """Lines of a text, with their indentation. A token for the content of a block is the block itself."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        rows = src.split("\n")
        if not rows[-1].strip(_BLANK):  # none of it is a line
            rows.pop()
        self.bMarks[:0] = accumulate((len(row) + 1 for row in rows[:-1]), initial=0) if rows else ()
        self.bMarks[-1] = self.eMarks[-1] = len(src)
        self.eMarks[:0] = [at + len(row) for at, row in zip(self.bMarks, rows, strict=False)]
        self.tShift[:0] = [len(row) - len(row.lstrip(_BLANK)) for row in rows]
        self.sCount[:0] = [
            len(row[:shift].expandtabs(_TAB)) if shift else 0 for row, shift in zip(rows, self.tShift, strict=False)
        ]
        self.bsCount[:0] = [0] * len(rows)
        self.lineMax = len(rows)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Any:  # noqa: ARG002  as it is asked
        if nesting < 0:
            self.level -= 1
            if ttype in _CELLS:
                self.tokens[-1].map = [0, 0]  # those were set for the content
            return _CLOSED
        if ttype == "inline":
            self.tokens[-1].has_content = True  # type: ignore[attr-defined]
            return self.tokens[-1]
        made = Block(ttype.removesuffix("_open"), self.level)
        self.level += nesting
        self.tokens.append(made)  # type: ignore[arg-type]
        return made


class _Blocks(ParserBlock):
    def parse(self, src: str, md: MarkdownIt, env: Any, outTokens: list[Token]) -> list[Token]:  # noqa: N803  its name
        state = _State(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return outTokens


@cache
def parser() -> MarkdownIt:
    """Return the parser of blocks; paragraphs are not looked into."""
    made = MarkdownIt("commonmark").enable("table")
    made.core.ruler.enableOnly(["normalize", "block"])
    ruler = made.block.ruler
    ruler.before("html_block", "box", _box, {"alt": _ALSO_ENDS})
    ruler.before("html_block", "formula", _formula, {"alt": _ALSO_ENDS})
    ruler.disable("lheading")
    ruler.at("paragraph", _paragraph)
    made.block = _Blocks()
    made.block.ruler = ruler
    asked = ruler.getRules
    ruler.getRules = cache(lambda chain="": [_by_beginning(asked(chain))])  # type: ignore[method-assign]
    return made


def parsed(text: str) -> tuple[list[Block], list[range]]:
    """Return the blocks of a text in its order, each before those in it, and the lines of each definition."""
    environment: dict[str, Any] = {}
    blocks = cast("list[Block]", parser().parse(text, environment))
    references = [*environment.get("references", {}).values(), *environment.get("duplicate_refs", ())]
    return blocks, [range(*each["map"]) for each in references]


@cache
def inline_parser() -> MarkdownIt:
    """Return the parser for the inside of a paragraph."""
    return MarkdownIt("commonmark")


def _box(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001  as it is asked
    """Take the line of a box for a block of HTML: it is no prose."""
    if not _BOX.match(state.src, state.bMarks[line] + state.tShift[line]) or state.is_code_block(line):
        return False
    if not silent:
        state.line = line + 1
        state.push("html_block", "", 0).map = [line, line + 1]
    return True


def _formula(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  as it is asked
    """Take a formula, to the line that ends in dollars again, for code: a blank line has it end nowhere."""
    last, at = line, state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(_FORMULA, at) or state.is_code_block(line):
        return False
    searched, indent = state.env.get(_FORMULA, (0, 0))
    if line < searched and state.blkIndent >= indent:
        return False  # it was looked for from a line before, and ends in none of these
    behind = at + len(_FORMULA)
    while not state.src[behind : state.eMarks[last]].rstrip().endswith(_FORMULA):
        last += 1
        if last >= end or state.isEmpty(last) or state.sCount[last] < state.blkIndent:
            state.env[_FORMULA] = last, state.blkIndent
            return False
        behind = state.bMarks[last]
    if not silent:
        state.line = last + 1
        state.push("code_block", "", 0).map = [line, last + 1]
    return True


_BEGIN |= {_box: ":{[", _formula: _FORMULA[0]}


def _paragraph(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001  as it is asked
    """Take a paragraph, or the heading that its last line makes of it by underlining the others."""
    before, state.parentType = state.parentType, "paragraph"
    ends = state.md.block.ruler.getRules("paragraph")[0]
    kind, last = "paragraph", line + 1
    while last < end and (at := state.bMarks[last] + state.tShift[last]) < state.eMarks[last]:
        indent = state.sCount[last] - state.blkIndent
        if indent <= _LAZY:
            if indent >= 0 and _UNDERLINE.match(state.src, at, state.eMarks[last]):
                kind, state.parentType = "heading", before
                break
            if state.sCount[last] >= 0 and ends(state, last, end, True):  # noqa: FBT003  as it is asked
                break
        last += 1
    made = Block(kind, state.level)
    made.content = state.getLines(line, last, state.blkIndent, False).strip()  # noqa: FBT003
    made.has_content = True
    state.line = last + (kind == "heading")
    made.map = [line, state.line]
    state.tokens.append(made)  # type: ignore[arg-type]
    return True


def _by_beginning(rules: Sequence[Rule]) -> Rule:
    """Return one rule for several: the first that holds at a line, of those that its first character may begin."""
    others = [rule for rule in rules if rule not in _BEGIN]
    beginning = {
        char: [rule for rule in rules if char in _BEGIN.get(rule, char)]
        for char in "".join(_BEGIN.get(rule, "") for rule in rules)
    }

    def one_of_them(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  as they are asked
        at = state.bMarks[line] + state.tShift[line]
        for rule in beginning.get(state.src[at : at + 1], others):  # noqa: SIM110  any() takes longer than most rules
            if rule(state, line, end, silent):
                return True
        return False

    return one_of_them

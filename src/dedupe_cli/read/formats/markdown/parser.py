"""The parsers of Markdown: CommonMark with tables, blocks alone; and the inside of a paragraph."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it import MarkdownIt

from dedupe_cli.document.boxes import LINE

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

# A line that opens or closes a box, and a formula between dollars: many sites have them, CommonMark has not.
_BOX = re.compile(LINE, re.MULTILINE)
_FORMULA = "$$"
_ALSO_ENDS = ["paragraph", "reference", "blockquote", "list"]


class Block(NamedTuple):
    """A block: its kind (``paragraph``), how many blocks hold it, its lines; ``content`` is that of a paragraph."""

    type: str
    level: int
    lines: range
    content: str | None = None


@cache
def parser() -> MarkdownIt:
    """Return the parser of blocks; paragraphs are not looked into."""
    made = MarkdownIt("commonmark").enable("table")
    made.core.ruler.enableOnly(["normalize", "block"])
    made.block.ruler.before("html_block", "box", _box, {"alt": _ALSO_ENDS})
    made.block.ruler.before("html_block", "formula", _formula, {"alt": _ALSO_ENDS})
    return made


def parsed(text: str) -> tuple[list[Block], list[range]]:
    """Return the blocks of a text in its order, each before those in it, and the lines of each definition."""
    environment: dict[str, Any] = {}
    blocks: list[Block] = []
    for token in parser().parse(text, environment):
        if token.type == "inline":
            blocks[-1] = blocks[-1]._replace(content=token.content)
        elif token.nesting >= 0:
            blocks.append(Block(token.type.removesuffix("_open"), token.level, range(*(token.map or (0, 0)))))
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

"""The parsers of Markdown: CommonMark with tables, blocks alone; and the inside of a paragraph.

markdown-it-py asks every rule at every line whether its block begins there. Nearly all of them need a certain first
character, so here a line asks only those that its own may begin: the blocks are the same, in a third to two thirds of
the time. Only the tokens that begin a block are kept, with what is looked at: a text may have as many as characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from markdown_it import MarkdownIt, rules_block
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

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
# A line that opens or closes a container: ``::: tip``. CommonMark has none, many sites of documentation do.
_CONTAINER, _ALSO_ENDS = ":::", ["paragraph", "reference", "blockquote", "list"]


class Block:
    """What stands in for a token that begins a block: its kind (``paragraph``), how many blocks hold it, its lines.

    ``said`` is the content of a paragraph or a heading, as a token of its own. The other names are set by the rules,
    and not looked at.
    """

    __slots__ = ("attrs", "children", "content", "hidden", "info", "level", "map", "markup", "meta", "said", "type")

    def __init__(self, kind: str, level: int) -> None:
        self.type, self.level = kind, level
        self.map = [0, 0]
        self.content = ""
        self.said: Block | None = None


_CLOSED = Block("", 0)


class _State(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Any:  # noqa: ARG002  as it is asked
        if nesting < 0:
            self.level -= 1
            return _CLOSED
        made = Block(ttype.removesuffix("_open"), self.level)
        if ttype == "inline":
            self.tokens[-1].said = made  # type: ignore[attr-defined]
            return made
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
    ruler.before("html_block", "container", _container, {"alt": _ALSO_ENDS})
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


def _container(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001  as it is asked
    """Take the line of a container for a block of HTML: it is no prose."""
    if not state.src.startswith(_CONTAINER, state.bMarks[line] + state.tShift[line]) or state.is_code_block(line):
        return False
    if not silent:
        state.line = line + 1
        state.push("html_block", "", 0).map = [line, line + 1]
    return True


_BEGIN[_container] = ":"


def _by_beginning(rules: Sequence[Rule]) -> Rule:
    """Return one rule for several: the first that holds at a line, of those that its first character may begin."""
    others = [rule for rule in rules if rule not in _BEGIN]
    beginning = {
        char: [rule for rule in rules if char in _BEGIN.get(rule, char)]
        for char in "".join(_BEGIN.get(rule, "") for rule in rules)
    }

    def one_of_them(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  as they are asked
        at = state.bMarks[line] + state.tShift[line]
        return any(rule(state, line, end, silent) for rule in beginning.get(state.src[at : at + 1], others))

    return one_of_them

"""The units of one text as they are compared with those of others: paragraphs with a key, made once a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from dedupe_cli.document.directives import PROSE
from dedupe_cli.document.rows import edges_of
from dedupe_cli.document.split import BlockKind, kind
from dedupe_cli.document.view import View
from dedupe_cli.model import Span
from dedupe_cli.search.hashes import Hashes
from dedupe_cli.text.fold import fold
from dedupe_cli.text.letters import letters
from dedupe_cli.text.mask import MASK

# What is repeated on purpose; it goes with the prose around it, and is no finding for itself.
_AIDS = frozenset({BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE, BlockKind.VERSE, BlockKind.RECORD})
# A notice of rights has no more units than these; longer texts are about such notices.
NOTICE = 80
_RIGHTS = re.compile(
    r"(?i)copyright\s*(?:\(c\)|©|\d{4})|©|all rights reserved|\bno warranty\b|public licen[cs]e|SPDX-License-Identifier"
    r"|版权所有|著作权所有|版權所有|保留所有权利|自由软件：|不提供任何(?:保证|担保)"
)
# Who made something and who may use it, under a heading that says so, has no more units than these.
CREDITS = 250
_CREDITS = re.compile(
    r"[ \t#*=]*(?:authors?|credits|acknowledge?ments?|maintainers?|colophon|copyright|licen[cs]e"
    r"|作者|译者|维护者|致谢|鸣谢|版权|许可|跋)"
    r"(?:[ \t/(（:：]*(?:(?:and|&|和|与|及)[ \t]*)?(?:authors?|credits|copyright|licen[cs]e|作者|译者|版权|许可)"
    r"[)）]?)?[ \t:：#*=]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[a-z]+://[^\s>）)]+|[\w.+-]+@[\w-]+\.[\w.-]+")
_ADMONITION = re.compile(rf"^[ \t]*\.\.[ \t]+(?:{'|'.join(sorted(PROSE))})::\Z", re.MULTILINE)
# Paragraphs above one that are looked at for its heading, and columns of such a line.
_NEAR, _SHORT = 8, 60
# A list item of so many units is prose with a label.
LONG_ITEM = 40
# Of what stands between marks of code, one in so many letters may be outside of them.
MARKED = 4
_CODE = re.compile(r"``[^`]+``")


@dataclass(frozen=True, slots=True)
class Table:
    """The paragraphs of one text that have letters or digits, in order; arrays of one length.

    ``keys`` are equal where the folded characters are (a collision is refuted by whoever compares), 0 for what takes no
    part; ``units`` are lengths as ``--min-length`` counts. ``start`` and ``end`` are offsets in the text, ``before``
    is the end of the paragraph before and ``behind`` the start of the one behind, rules and the like included (0 and
    the length of the text where there is none).
    """

    text: str
    start: tuple[int, ...]
    end: tuple[int, ...]
    before: tuple[int, ...]
    behind: tuple[int, ...]
    keys: tuple[int, ...]
    units: tuple[float, ...]
    _kinds: dict[int, BlockKind] = field(default_factory=dict, repr=False, compare=False)
    _notices: dict[int, bool] = field(default_factory=dict, repr=False, compare=False)
    _literal: set[int] = field(default_factory=set, repr=False, compare=False)

    def __post_init__(self) -> None:
        if "::" in self.text:
            self._literal.update(self._find_literal())

    def __len__(self) -> int:
        return len(self.keys)

    def span(self, block: int) -> Span:
        """Return where a block stands."""
        return Span(self.start[block], self.end[block])

    def of(self, block: int) -> str:
        """Return the text of a block."""
        return self.text[self.start[block] : self.end[block]]

    def kind(self, block: int) -> BlockKind:
        """Tell what a block is."""
        if block not in self._kinds:
            self._kinds[block] = kind(self.text, self.span(block))
        return self._kinds[block]

    def is_prose(self, block: int) -> bool:
        """Tell whether a block counts for itself: no heading, table, code, verse, record or short item."""
        what = self.kind(block)
        return (
            block not in self._literal
            and what not in _AIDS
            and not (what is BlockKind.ITEM and self.units[block] < LONG_ITEM)
            and not self._is_marked(block)
        )

    def _is_marked(self, block: int) -> bool:
        """Tell whether nearly all of a block stands between marks of code: a declaration, set in a line for itself."""
        said = self.of(block)
        if "``" not in said:
            return False
        return MARKED * len(letters(_CODE.sub("", said))) < len(letters(said))

    def _find_literal(self) -> Iterator[int]:
        """Yield the blocks that are indented behind two colons: code in reStructuredText, but behind ``.. note::``."""
        base = -1
        for block in range(len(self)):
            text = self.of(block)
            indent = len(text.expandtabs()) - len(text.expandtabs().lstrip())
            if 0 <= base < indent:
                yield block
                continue
            base = indent if text.endswith("::") and not _ADMONITION.search(text) else -1

    def is_notice(self, block: int) -> bool:
        """Tell whether a block is a notice that every file carries: of rights, of where to write to, of who made it."""
        if block not in self._notices:
            said = self.of(block)
            addressed = 3 * sum(map(len, _ADDRESS.findall(said))) > len(said)
            rights = self.units[block] <= NOTICE and (_RIGHTS.search(said) is not None or addressed)
            self._notices[block] = rights or (self.units[block] <= CREDITS and self._is_credit(block))
        return self._notices[block]

    def _is_credit(self, block: int) -> bool:
        """Tell whether a block says who made something or who may use it: so says its first line, or its heading."""
        if _CREDITS.match(self.of(block)):
            return True
        above = next((at for at in range(block - 1, max(block - _NEAR, -1), -1) if self._heads(at)), -1)
        return above >= 0 and _CREDITS.match(self.of(above)) is not None

    def _heads(self, block: int) -> bool:
        """Tell whether a block begins with a heading: it is one, or its first line hangs out of the rest."""
        first, _, rest = self.of(block).partition("\n")
        hangs = (
            bool(rest)
            and not first[:1].isspace()
            and len(first) <= _SHORT
            and all(line[:1].isspace() for line in rest.split("\n") if line.strip())
        )
        return hangs or self.is_heading(block)

    def is_heading(self, block: int) -> bool:
        """Tell whether a block is a heading."""
        return self.kind(block) is BlockKind.HEADING


def table(text: str, ignored: Sequence[Span] = ()) -> Table:
    """Cut a text into paragraphs; those that touch one of the ``ignored`` spans, and masked ones, take no part."""
    folded = fold(text)
    view = View(folded)
    there = np.flatnonzero(view.ends > view.starts)
    low, high = view.starts[there], view.ends[there]
    keys = Hashes(folded.codes.astype(np.uint64)).of(low, high) ^ (high - low).astype(np.uint64)
    edges = np.stack(edges_of(view.spans), axis=1)
    signs = np.concatenate(([0], np.cumsum((folded.codes >= MASK.start) & (folded.codes < MASK.stop))))
    keys[signs[high] > signs[low]] = 0
    if ignored:
        starts, ends = np.array(sorted((span.start, span.end) for span in ignored), dtype=np.int64).T
        # The first that ends behind the start of a paragraph: does it begin before the end of that?
        at = np.searchsorted(np.maximum.accumulate(ends), edges[there, 0], side="right")
        keys[(at < len(ends)) & (starts[np.minimum(at, len(ends) - 1)] < edges[there, 1])] = 0
    before, behind = np.append(0, edges[:, 1])[there], np.append(edges[:, 0], len(text))[there + 1]
    return Table(
        text,
        start=tuple(edges[there, 0].tolist()),
        end=tuple(edges[there, 1].tolist()),
        before=tuple(before.tolist()),
        behind=tuple(behind.tolist()),
        keys=tuple(keys.tolist()),
        units=tuple(view.lengths(low, high)),
    )

"""Tags, and lines of boxes, stay in pairs: a candidate takes both halves, or leaves no more single ones than before."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from dedupe_cli.document.boxes import box, opens_box
from dedupe_cli.model import Span
from dedupe_cli.text.mask import stamped

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

_TAG = re.compile(r"<(/?)([^\W\d][\w.-]*)(?:\s[^<>]*?)?(/?)>")
# Tags of HTML that nothing closes, also as they stand in Markdown.
_VOID = frozenset(
    name
    for plain in ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "p", "source", "wbr")
    for name in (plain, stamped(plain, [Span(0, len(plain))]))
)
# So many tags at the ends of a candidate may stay.
_HALVES = 8


def breaks_tags(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether what goes would leave a tag without its other half, or a box with nothing in it."""
    gone = sorted({part.block for part in parts})
    going = frozenset(gone)
    if any(_is_all_of_box(view, part.block, going) for part in parts if part.whole):
        return True
    mine = _by_name((block, tag) for block in gone for tag in _tags(view.said(block)))
    if not any(tags.single() for tags in mine.values()):
        return False
    every = _of(view)
    return sum(every[name].single_without(gone) - every[name].single() for name in mine) > 0


def without_halves(view: View, parts: Sequence[Removal]) -> Sequence[Removal]:
    """Return a candidate without the tags and the lines of boxes at its ends of which the other half would stay."""
    for _ in range(_HALVES):
        if len(parts) < 2 or not (_is_tag(view, parts[-1]) or _is_tag(view, parts[0])) or not breaks_tags(view, parts):
            break
        parts = parts[:-1] if _is_tag(view, parts[-1]) else parts[1:]
    return parts


def _is_tag(view: View, part: Removal) -> bool:
    return any(_tags(view.said(part.block)))


def _is_all_of_box(view: View, block: int, gone: frozenset[int]) -> bool:
    """Tell whether a block is the first one of a box whose lines stay, and nothing stays between them."""
    if not block or block - 1 in gone or not opens_box(view.said(block - 1)):
        return False
    behind = next(at for at in range(block + 1, len(view) + 1) if at not in gone)
    found = box(view.said(behind)) if behind < len(view) else None
    return found is not None and found[1] < 0


class _Tags:
    """The tags of one name, in the order of the text: the number of the block of each, 1 where it opens, -1 where not.

    How deep the text is in them before each, and at its end; and how deep it was at least so far, and will be. What
    opens without an end is how much deeper the end is than the lowest place, what closes too much how low that is.
    """

    def __init__(self, blocks: Sequence[int], steps: Sequence[int]) -> None:
        self._blocks, self._steps = blocks, steps
        self._depths = list(accumulate(steps, initial=0))
        self._lowest_so_far = list(accumulate(self._depths, min))
        self._lowest_to_come = list(accumulate(reversed(self._depths), min))[::-1]

    def single(self) -> int:
        """Count those without their other half."""
        return self._depths[-1] - 2 * self._lowest_to_come[0]

    def single_without(self, gone: Sequence[int]) -> int:
        """Count them where some blocks are gone, ascending; only what lies between the first and the last is walked."""
        first, behind = bisect_left(self._blocks, gone[0]), bisect_right(self._blocks, gone[-1])
        depth, lowest, without = self._depths[first], self._lowest_so_far[first], frozenset(gone)
        for at in range(first, behind):
            if self._blocks[at] not in without:
                depth += self._steps[at]
                lowest = min(lowest, depth)
        moved = depth - self._depths[behind]
        return self._depths[-1] + moved - 2 * min(lowest, self._lowest_to_come[behind] + moved)


# Counted once for each text as it stands, not for each of its candidates.
_KNOWN: WeakKeyDictionary[View, dict[str, _Tags]] = WeakKeyDictionary()


def _of(view: View) -> dict[str, _Tags]:
    """Return all tags in blocks of HTML, by name."""
    if view not in _KNOWN:
        blocks = enumerate(span.of(view.text) for span in view.spans)
        _KNOWN[view] = _by_name((block, tag) for block, said in blocks for tag in _tags(said))
    return _KNOWN[view]


def _by_name(found: Iterator[tuple[int, tuple[str, int]]]) -> dict[str, _Tags]:
    rows: dict[str, list[tuple[int, int]]] = {}
    for block, (name, step) in found:
        rows.setdefault(name, []).append((block, step))
    return {name: _Tags([block for block, _ in each], [step for _, step in each]) for name, each in rows.items()}


def _tags(said: str) -> Iterator[tuple[str, int]]:
    """Yield the tags of a block of HTML that have another half: the name, 1 where it opens, -1 where it closes."""
    if said.lstrip().startswith("<"):
        for closes, name, empty in _TAG.findall(said):
            if name.casefold() not in _VOID and not empty:
                yield name, -1 if closes else 1
    elif (found := box(said)) is not None:
        yield found

"""A ground text under construction: its blocks, what was pasted where, which borders are still free."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).parent.parent / "quality"))

from labels import letters

from dedupe_cli.read.formats.markdown.blocks import read_blocks

if TYPE_CHECKING:
    import random

UNIT = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
ARTICLE = re.compile(r"\s*(?:\*\*)?(?:第[一二三四五六七八九十百千零〇\d]+条|Article \d|§|Sec(?:tion|\.) ?\d|\(\d+\) )")
LISTS = {"bullet_list", "ordered_list"}
PROSE = {"paragraph", "verse"}
Span = tuple[int, int]
# Lines of wrapped text are no longer.
WIDTH = 100


def units(text: str) -> int:
    """Han characters and words, as ``--min-length`` counts them."""
    return len(UNIT.findall(text))


@dataclass(slots=True)
class Block:
    start: int
    end: int
    kind: str
    level: int = 0
    items: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Put:
    """One paste: what is put in at an offset of the text before; a piece is a span that is said again, or new text."""

    kind: str
    at: int
    pieces: list[Span | str]
    said: list[Span]
    windows: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A ground text with its accidents; ``stale`` are those that must stay."""

    name: str
    doc: str
    lang: str
    form: str
    text: str
    blocks: list[Block]
    rng: random.Random
    flat: str = ""
    puts: list[Put] = field(default_factory=list)
    stale: list[Put] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)

    def of(self, i: int, j: int | None = None) -> str:
        return self.text[self.blocks[i].start : self.blocks[(i + 1 if j is None else j) - 1].end]

    @property
    def gap(self) -> str:
        wide = sum("\n\n" in self.text[a.end : b.start] for a, b in zip(self.blocks, self.blocks[1:], strict=False))
        return "\n\n" if self.form == "markdown" or 2 * wide >= len(self.blocks) - 1 else "\n"

    def free(self, i: int, j: int) -> bool:
        """Tell whether blocks were not touched yet, and what they say stands in the text once."""
        if any(k in self.used for k in range(i, j)) or any(b in self.closed for b in range(i, j + 1)):
            return False
        said = letters(self.of(i, j))
        return len(said) > 7 and self.flat.count(said) == 1

    def take(self, options: list[Span]) -> Span:
        self.rng.shuffle(options)
        for i, j in options:
            if self.free(i, j):
                self.used.update(range(i, j))
                self.closed.update(range(i, j + 1))
                return i, j
        raise LookupError("no free blocks")

    def runs(self, low: int, high: int) -> list[Span]:
        n = len(self.blocks)
        return [(i, j) for i in range(n) for j in range(i + low, min(i + high, n) + 1)]

    def border(self, source: Span, *, near: bool = False, wanted: tuple[str, ...] = ()) -> int:
        """A border between blocks that is free: not at the source, before a block of a kind if that is wanted."""
        n = len(self.blocks)

        def open_at(b: int) -> bool:
            if b in self.closed or source[0] <= b <= source[1]:
                return False
            return b == n or self.gap in self.text[self.blocks[b - 1].end : self.blocks[b].start]

        found = [b for b in range(1, n + 1) if open_at(b)]
        if near:
            found = [b for b in found if b >= source[0] - 3 and b <= source[1] + 3]
        if wanted:
            found = [b for b in found if b == n or self.kind(b) in wanted]
        if not found:
            raise LookupError("no free border")
        later = [b for b in found if b > source[1]]
        b = self.rng.choice(later if later and self.rng.random() < 0.85 else found)
        self.closed.add(b)
        return b

    def kind(self, i: int) -> str:
        return "article" if self.blocks[i].kind == "paragraph" and ARTICLE.match(self.of(i)) else self.blocks[i].kind

    def put(self, kind: str, at: int, pieces: list[Span | str], *, stale: bool = False) -> None:
        said = [p for p in pieces if not isinstance(p, str)]
        new = Put(kind, at, pieces, said)
        around = [self.around(*p) for p in said] + [self.around(at, at)]
        for low, high in sorted(around):
            if new.windows and low <= new.windows[-1][1]:
                new.windows[-1] = (new.windows[-1][0], max(high, new.windows[-1][1]))
            else:
                new.windows.append((low, high))
        (self.stale if stale else self.puts).append(new)

    def around(self, low: int, high: int) -> Span:
        """A stretch and what stands beside it, to the end of the next block, forty characters at most."""
        left = max((b.start for b in self.blocks if b.start < low), default=0)
        right = min((b.end for b in self.blocks if b.end > high), default=len(self.text))
        return max(left, low - 40), min(right, high + 40)

    def again(self, kind: str, source: Span, **how: object) -> None:
        """Blocks again at another border."""
        b = self.border(source, **how)  # type: ignore[arg-type]
        span = (self.blocks[source[0]].start, self.blocks[source[1] - 1].end)
        self.put(kind, self.blocks[b - 1].end, [self.gap, span])


def plain_blocks(text: str) -> list[Block]:
    """Blocks of plain text: lines between blank ones, or single lines where there are hardly any blank ones.

    In lines of one width there are few, and they are what parts paragraphs.
    """
    wrapped = max(map(len, text.split("\n"))) < WIDTH
    parted = text.count("\n\n") * (20 if wrapped else 4) > text.count("\n")
    sep = r"\n(?:[ \t]*\n)+" if parted else r"\n+"
    out, at = [], 0
    for m in [*re.finditer(sep, text), None]:
        end = m.start() if m else len(text.rstrip("\n"))
        body = text[at:end]
        if body.strip():
            lines = body.split("\n")
            short = len(lines) > 2 and max(map(len, lines)) < 58 and sum(map(len, lines)) < 45 * len(lines)
            title = len(lines) == 1 and units(body) < 13 and body.rstrip()[-1:] not in '。！？.!?…”"’』」:：;；,，'
            out.append(Block(at, end, "verse" if short else "heading" if title else "paragraph", 1 if title else 0))
        at = m.end() if m else end
    return out


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of the outermost level."""
    tree = read_blocks(text)
    starts = [*tree.starts, len(text)]

    def place(first: int, last: int) -> Span:
        low, high = starts[first], starts[min(last, len(starts) - 1)]
        return low, len(text[:high].rstrip("\n")) if text[low:high].strip() else low

    out = []
    for n in tree.root.children:
        low, high = place(n.first, n.last)
        if low < high:
            mark = re.match(r" *(#+)", text[low:high])
            level = (len(mark[1]) if mark else 2) if n.kind == "heading" else 0
            items = [place(c.first, c.last) for c in n.children] if n.kind in LISTS else []
            out.append(Block(low, high, n.kind, level, [i for i in items if i[0] < i[1]]))
    return out


def blocks_of(text: str, suffix: str) -> list[Block]:
    return markdown_blocks(text) if suffix == ".md" else plain_blocks(text)

"""Which paragraphs of different texts may be near copies, and the longest runs of equal ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

from dedupe_cli.search.hashes import mix
from dedupe_cli.search.kgrams import window_ends, windows
from dedupe_cli.text.fold import Fold, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.across.pair import Pair
    from dedupe_cli.across.table import Table

    Ints = NDArray[np.int64]

# Weight of a window: ten Han characters, 22 letters.
WINDOW = 110
# One place in so many begins a window; which ones is told by the characters there, so that copies agree on them.
SAMPLE = 4
# Each window is linked to so many before it, and to the first of its kind.
PREVIOUS = 3
# A window that stands in more paragraphs is a formula and says little.
COMMON = 64
# Two paragraphs are looked at when windows of this share of the shorter one are in both, and so many at least.
SHARE, LEAST = 0.12, 2
# So many earlier paragraphs are looked at for each, those that share most.
MOST = 3


def candidates(texts: Sequence[str], homes: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return for each paragraph the earlier ones of other ``homes`` that may be near it, the likeliest first.

    ``texts`` are distinct paragraphs in order, ``homes`` the number of the text that each stands in first. Cost grows
    as n log n with all characters.
    """
    if len(texts) < 2:
        return {}
    folded, edges = _joined(texts)
    places, owner, opens = _sampled(folded, edges)
    if not len(places):
        return {}
    home = np.array(homes, dtype=np.int64)
    counts = np.bincount(owner, minlength=len(texts))
    later, earlier, shared = _counted(owner, opens, home, len(texts))
    enough = (shared >= LEAST) & (shared >= SHARE * np.minimum(counts[later], counts[earlier]))
    later, earlier, shared = later[enough], earlier[enough], shared[enough]
    out: dict[int, list[int]] = {}
    for at in np.lexsort((earlier, -shared, later)).tolist():
        near = out.setdefault(int(later[at]), [])
        if len(near) < MOST:
            near.append(int(earlier[at]))
    return {block: tuple(near) for block, near in out.items()}


def _joined(texts: Sequence[str]) -> tuple[Fold, Ints]:
    """Fold all paragraphs as one text; ``edges`` are where each begins, and the end."""
    one = fold("\n".join(texts))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    return one, np.searchsorted(one.offsets, starts)


def _sampled(folded: Fold, edges: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return the sampled windows inside of paragraphs, equal ones side by side: place, paragraph, opens a kind."""
    codes = folded.codes.astype(np.uint64)
    if len(codes) < 4:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none.astype(bool)
    sign = mix(
        codes[:-3] * np.uint64(0x1F3D5B79) + codes[1:-2] * np.uint64(0x10FB) + codes[2:-1] * np.uint64(0x5B) + codes[3:]
    )
    chosen = np.flatnonzero(sign % np.uint64(SAMPLE) == 0)
    del codes, sign
    found = windows(folded, WINDOW, chosen)
    owner = np.searchsorted(edges, found.places, side="right") - 1
    inside = window_ends(folded, found.places, WINDOW) <= edges[owner + 1]
    group = np.cumsum(found.opens)[inside]
    places, owner = found.places[inside], owner[inside]
    opens = np.ones(len(places), dtype=bool)
    opens[1:] = group[1:] != group[:-1]
    return places, owner, opens


def _counted(owner: Ints, opens: NDArray[np.bool_], home: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Count the windows that each pair of paragraphs of different texts shares: later one, earlier one, number."""
    heads = np.flatnonzero(opens)
    sizes = np.diff(np.append(heads, len(opens)))
    rank = np.arange(len(opens)) - np.repeat(heads, sizes)
    rare = np.repeat(sizes <= COMMON, sizes)
    keys = []
    for step in range(1, PREVIOUS + 2):
        at = np.flatnonzero((rank >= step) & rare)
        back = at - (step if step <= PREVIOUS else rank[at])
        pair = home[owner[at]] != home[owner[back]]
        keys.append(owner[at][pair] * np.int64(count) + owner[back][pair])
    pairs, shared = np.unique(np.concatenate(keys), return_counts=True)
    return pairs // count, pairs % count, shared


# Of the places at which a paragraph stands so many are looked at for the longest run.
PLACES = 12
# Paragraphs that stand where a run ends may be near copies when they have so many units, and so much is equal; fewer
# say little.
BESIDE, BESIDE_ALIKE = 5.0, 0.6
# Two stretches belong to one passage when no more than so many paragraphs lie between them on either side; those that
# take no part (directives, code) are not counted, up to a number.
GAP, FAR = 2, 20


@dataclass(frozen=True, slots=True)
class Link:
    """One paragraph of a later text (``block``) and the one of an earlier text (``kept``) that says the same.

    ``pair`` is ``None`` for equal ones; of others it tells what goes and what is held back.
    """

    block: int
    kept: int
    pair: Pair | None = None

    @property
    def goes(self) -> bool:
        """True when the paragraph goes as a whole."""
        return self.pair is None or self.pair.whole


@dataclass(slots=True)
class Passage:
    """Links of one text (``source``) to an earlier one (``other``), in order on both sides."""

    source: int
    other: int
    links: list[Link]


@dataclass
class Walk:
    """The texts that were walked so far: which of their paragraphs stay, and where each stands.

    ``near(source, block, other, kept)`` compares two paragraphs; ``likely`` lists for a key the keys of paragraphs that
    may be near it; ``may_meet`` tells whether two texts may be compared.
    """

    tables: Sequence[Table]
    least: float
    near: Callable[[int, int, int, int], Pair]
    likely: Callable[[int], Sequence[int]]
    may_meet: Callable[[int, int], bool]
    alive: list[bytearray] = field(default_factory=list)
    _places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alive = [bytearray(b"\1") * len(table) for table in self.tables]

    def keep(self, source: int) -> None:
        """Let later texts be compared with what stays of this one."""
        for block, key in enumerate(self.tables[source].keys):
            if key and self.alive[source][block]:
                places = self._places.setdefault(key, [])
                if len(places) < PLACES:
                    places.append((source, block))

    def passages(self, source: int) -> list[Passage]:
        """Find what of one text stands in earlier ones."""
        table = self.tables[source]
        out: list[Passage] = []
        block = 0
        while block < len(table):
            other, links = self._run(source, block)
            if not links and table.units[block] >= self.least:
                other, links = self._similar(source, block)
            if not links:
                block += 1
                continue
            floor = out[-1].links[-1].block + 1 if out else 0
            links = self._extended(source, other, links, floor)
            if out and self._continues(out[-1], other, links[0]):
                out[-1].links += links
            else:
                out.append(Passage(source, other, links))
            block = links[-1].block + 1
        return out

    def _places_of(self, source: int, key: int) -> list[tuple[int, int]]:
        return [
            (other, kept)
            for other, kept in self._places.get(key, ())
            if self.alive[other][kept] and other != source and self.may_meet(source, other)
        ]

    def _run(self, source: int, block: int) -> tuple[int, list[Link]]:
        """Return the longest run of equal paragraphs that begins at a block, the first of equally long ones."""
        best, chosen, longest = -1, 0, 0
        key = self.tables[source].keys[block]
        for other, kept in self._places_of(source, key) if key else ():
            size = self._same(source, block, other, kept)
            if size > longest:
                best, chosen, longest = other, kept, size
        return best, [Link(block + step, chosen + step) for step in range(longest)]

    def _same(self, source: int, block: int, other: int, kept: int) -> int:
        """Count equal paragraphs from two places on."""
        one, two, alive = self.tables[source], self.tables[other], self.alive[other]
        size = 0
        room = min(len(one) - block, len(two) - kept)
        while size < room and one.keys[block + size] == two.keys[kept + size] != 0 and alive[kept + size]:
            size += 1
        return size

    def _similar(self, source: int, block: int) -> tuple[int, list[Link]]:
        """Return the paragraph that is most like a block, if one is."""
        best: tuple[bool, float] = (False, 0.0)
        found: tuple[int, list[Link]] = (-1, [])
        for key in self.likely(self.tables[source].keys[block]):
            for other, kept in self._places_of(source, key)[:1]:
                pair = self.near(source, block, other, kept)
                rank = (pair.whole, pair.similarity)
                if (pair.cuts or pair.held) and rank > best:
                    best, found = rank, (other, [Link(block, kept, pair)])
        return found

    def _extended(self, source: int, other: int, links: list[Link], floor: int) -> list[Link]:
        """Let a run go on over near copies on both sides, and over equal paragraphs behind those."""
        out = list(links)
        while (link := self._beside(source, other, out[0].block - 1, out[0].kept - 1, floor)) is not None:
            out.insert(0, link)
        while True:
            block, kept = out[-1].block + 1, out[-1].kept + 1
            same = self._same(source, block, other, kept)
            out += [Link(block + step, kept + step) for step in range(same)]
            if same:
                continue
            link = self._beside(source, other, block, kept, floor)
            if link is None:
                return out
            out.append(link)

    def _beside(self, source: int, other: int, block: int, kept: int, floor: int) -> Link | None:
        """Compare two paragraphs that stand at the same place of two runs."""
        one, two = self.tables[source], self.tables[other]
        if not (floor <= block < len(one) and 0 <= kept < len(two)) or not self.alive[other][kept]:
            return None
        if min(one.units[block], two.units[kept]) < BESIDE or not one.keys[block] or not two.keys[kept]:
            return None
        if self._places_of(source, one.keys[block]):
            return None  # it stands elsewhere word for word
        if Indel.normalized_similarity(two.of(kept), one.of(block), score_cutoff=BESIDE_ALIKE) == 0:
            return None
        pair = self.near(source, block, other, kept)
        return Link(block, kept, pair) if pair.whole or pair.held else None

    def _continues(self, last: Passage, other: int, link: Link) -> bool:
        """Tell whether a link goes on with a passage, with no more than a few paragraphs between that take part."""
        end = last.links[-1]
        if last.other != other or link.kept <= end.kept:
            return False
        one, two = self.tables[last.source].keys, self.tables[other].keys
        between = one[end.block + 1 : link.block], two[end.kept + 1 : link.kept]
        return all(len(keys) - keys.count(0) <= GAP and len(keys) <= FAR for keys in between)

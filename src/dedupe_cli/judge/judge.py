"""Form, noise or content: what a difference between a copy and the kept text is.

Every difference gets one score, the log odds that it is meant, from evidence that is stated
(``evidence.py``) and weighed (``weights.py``). In a pair without other errors every difference is content.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

import numpy as np

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge.differences import Letters, Piece, pieces
from dedupe_cli.judge.evidence import BaseEvidence, subject
from dedupe_cli.judge.latin import Exchange, is_english
from dedupe_cli.judge.weighing import PairEvidence
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.fold import HAN, Fold
from dedupe_cli.text.pairs import usual

CERTAIN = weights.CERTAIN
SAMPLE = 3000  # differences that the document's rate is estimated from, about; an alignment of more is not one sample
STRETCH = 64  # ... but stretches of so many differences
ROUNDS = 3  # times that the noise is pooled
LATER = 8192  # differences whose evidence is kept besides
_CLEARLY = 3.0  # log odds by which Chinese must read better to be the clean one
# More letters than so many tell no more of the noise; what they tell is told in so many steps to its double.
_ENOUGH, _STEPS = 1 << 15, 2
PAIRS = 64  # pairs whose differences are kept: a block is looked at several times in a row


class Judged(NamedTuple):
    """A judged difference; ``score`` is the log odds of content against noise (positive: content, held)."""

    block: Block
    kind: Kind
    reason: Reason | None
    score: float


class Noise(NamedTuple):
    """How damaged a text is, told from a sample of its pairs.

    ``errors`` in ``length`` letters of pairs that differ; ``scan``: the errors are those of a scan; ``damaged``: enough
    words are ruined that other differences may be errors, too, ``surely``: and that without doubt; ``few_told``: that
    was told from few differences.
    """

    errors: float = 0.0
    length: float = 0.0
    scan: bool = False
    damaged: bool = True
    surely: bool = False
    few_told: bool = True

    @property
    def usual(self) -> float:
        """Errors a letter, at which a difference is looked at before the rate of its pair is known."""
        return max(0.002, self.errors / (self.length + weights.PRIOR_TEXT))


class Judge:
    """Judges the differences of the alignments of one text."""

    def __init__(self, fold: Fold, alignments: Sequence[Alignment]) -> None:
        self.letters = Letters(fold)
        self._fold = fold
        self._looks: dict[Block, PairEvidence] = {}  # of the sample that the noise was told from
        self._later: dict[Piece | Exchange, PairEvidence] = {}
        self._pieces: dict[tuple[int, int, int, int], tuple[tuple[Block, ...], list[Piece]]] = {}
        self._last: dict[Block, PairEvidence] = {}  # of the pair that was judged last
        self._again: frozenset[frozenset[str]] = frozenset()  # exchanges that are made again in other places
        self._usual = weights.NEUTRAL
        self.noise = Noise()
        self._estimate(alignments)
        self._usual = self.noise.usual

    def judge(self, alignment: Alignment) -> tuple[Judged, ...]:
        """Judge every difference of an alignment; edits that belong together are merged first."""
        weighed = self.weighed(alignment)
        self._last = {piece.block: look for piece, look, _ in weighed}
        own, size = self._own(alignment, weighed), alignment.b1 - alignment.b0
        noisy = self.noise.errors - own >= weights.ELSEWHERE
        return tuple(
            [
                self._one(piece, self._rate_beside(look, own, error, size), look, noisy=noisy)
                for piece, look, error in weighed
            ]
        )

    def weighed(self, alignment: Alignment) -> list[tuple[Piece, PairEvidence, float]]:
        """Return the differences with the evidence of each, and the errors that it stands for."""
        found = self.differences(alignment)
        looks = self._look_again(found, [self._look(piece) for piece in found])
        return [(piece, look, self._errors(piece, look)) for piece, look in zip(found, looks, strict=True)]

    def _own(self, alignment: Alignment, weighed: Sequence[tuple[Piece, PairEvidence, float]]) -> float:
        """Return the errors of a pair."""
        return sum([error for _, _, error in weighed]) + self._variants(alignment)

    def differences(self, alignment: Alignment) -> list[Piece]:
        """Return the differences of an alignment, those that belong together merged; remembered for a while."""
        key = (alignment.a0, alignment.a1, alignment.b0, alignment.b1)
        known = self._pieces.get(key)
        if known is not None and known[0] == alignment.blocks:
            return known[1]
        if len(self._pieces) >= PAIRS:
            self._pieces.clear()
        found = pieces(self.letters, alignment)
        self._pieces[key] = alignment.blocks, found
        return found

    def rate(self, alignment: Alignment, but: float = 0.0) -> float:
        """Estimate the rate of noise in a pair, in errors a letter, without so many errors."""
        return self._rate(self._own(alignment, self.weighed(alignment)), but, alignment.b1 - alignment.b0)

    def known(self, block: Block) -> BaseEvidence:
        """Return what is known of a difference, mostly one of the pair that was judged last."""
        look = self._looks.get(block) or self._last.get(block)
        return look.known if look is not None else self._look(Piece(block, block.edits, 0)).known

    def what(self, piece: Piece) -> Piece | Exchange:
        """Return what the evidence of a difference depends on."""
        return self._look(piece).known.what

    def side(self, piece: Piece) -> int:
        """Tell whether the kept text reads worse at a difference (1), or the copy (-1); 0 where neither does.

        The one has no word there and the other has, or characters that are less usual beside each other.
        """
        what = self.what(piece)
        if isinstance(what, Exchange):
            if not (self._has_words and "".join((*what.kept, *what.copy)).isascii()):
                return 0  # accents, another language
            kept, copy = (all(word in lexicon.latin_words() for word in side) for side in (what.kept, what.copy))
            return int(copy) - int(kept)
        block, string = piece.block, self.letters.string
        before, behind = string[max(block.a0 - 1, 0) : block.a0], string[block.a1 : block.a1 + 1]
        sides = string[block.a0 : block.a1], string[block.b0 : block.b1]
        flows = [sum(usual(f"{before}{said}{behind}")) for said in sides]
        return int(flows[0] + _CLEARLY < flows[1]) - int(flows[1] + _CLEARLY < flows[0])

    def _is_worn(self, rate: float) -> bool:
        return self.noise.scan and rate >= weights.SCAN_RATE

    def _rate(self, own: float, without: float, size: int) -> float:
        """Errors a letter in a pair and the text around it, without one difference; 0 when there are none."""
        noise, mine = max(0.0, self.noise.errors - without), max(0.0, own - without)
        if max(noise, mine) < weights.EVIDENCE:
            return 0.0
        text = noise / (self.noise.length + weights.PRIOR_TEXT)
        return (mine + weights.PRIOR * text) / (size + weights.PRIOR)

    def _rate_beside(self, look: PairEvidence, own: float, error: float, size: int) -> float:
        """Return the rate at which a difference is judged: that of its own pair alone where other pairs say nothing."""
        if look.known.han and look.evidence.values["_affix"] and own - error < weights.EVIDENCE:
            return 0.0
        return self._rate(own, error, size)

    def _estimate(self, alignments: Sequence[Alignment]) -> None:
        """Pool the noise of all pairs that differ; three times, as what counts as noise depends on the rate."""
        weight = self._fold.weight
        differ = [x for x in alignments if x.blocks and weight(x.b0, x.b1) >= weights.LONG]
        # Parallel entries of a text are shorter than copies, or less alike, and many: what differs there is meant.
        copies = [x for x in differ if weight(x.b0, x.b1) >= weights.COPY and x.similarity() >= weights.COPY_ALIKE]
        differ = copies if len(differ) > weights.FEW else differ
        size = sum(len(x.blocks) for x in differ)
        if any(len(x.blocks) > SAMPLE for x in differ):
            differ = [part for x in differ for part in _stretches(x)]
        sample = [(x, pieces(self.letters, x)) for x in _sampled(self._fold.string, differ, size // SAMPLE)]
        self.letters.expect(size)
        self._again = _made_again(self._fold.string, [piece for _, found in sample for piece in found])
        for _, found in sample:
            looks = [self._looks.setdefault(piece.block, self._look(piece)) for piece in found]
            for piece, look in zip(found, self._look_again(found, looks), strict=True):
                self._looks[piece.block] = look
        text = self._fold.string
        scan = _is_scan([both for _, found in sample for both in (_bare(text, piece) for piece in found)])
        self.noise = self._damage([self._looks[piece.block] for _, found in sample for piece in found], scan=scan)
        length = sum(x.b1 - x.b0 for x, _ in sample)
        for _ in range(ROUNDS):
            for look in (*self._looks.values(), *self._later.values()):
                look.share = None
            errors, letters = _told(self._pooled(sample), length)
            self.noise = self.noise._replace(errors=errors, length=letters)
            self._usual = self.noise.usual
        for look in (*self._looks.values(), *self._later.values()):
            look.share = None

    def _damage(self, looks: Sequence[PairEvidence], *, scan: bool) -> Noise:
        """Tell whether enough differences ruin a word, surely or because there are too few words to tell that by."""
        told = [look for look in looks if look.known.han or (look.known.is_ascii and self._has_words)]
        ruined = sum(look.known.is_ruin for look in told)
        surely = scan or ruined >= max(weights.SLIPS * len(looks), weights.RUINED)
        damaged = scan or len(told) < max(len(looks), weights.TOLD) or ruined >= weights.SLIPS * len(told)
        return Noise(scan=scan, damaged=damaged, surely=surely, few_told=len(looks) < weights.TOLD)

    @cached_property
    def _has_words(self) -> bool:
        """Whether words of Latin letters are English ones: in an English text, or in a Chinese one."""
        han = np.count_nonzero(self._fold.classes == HAN)
        return bool(han >= weights.HAN_SHARE * len(self._fold)) or is_english(self._fold.text)

    def _pooled(self, sample: Sequence[tuple[Alignment, list[Piece]]]) -> float:
        """Return the errors of all pairs of a sample."""
        errors = sum(self._errors(piece, self._looks[piece.block]) for _, found in sample for piece in found)
        return errors + sum(self._variants(x) for x, _ in sample)

    def _variants(self, alignment: Alignment) -> float:
        """Return the errors that Han variants amount to: form, but a sign that the copy is not verbatim."""
        fold = self._fold
        if fold.plain is fold.codes or alignment.a1 - alignment.a0 != alignment.b1 - alignment.b0:
            return 0.0
        unlike = fold.plain[alignment.a0 : alignment.a1] != fold.plain[alignment.b0 : alignment.b1]
        same = fold.codes[alignment.a0 : alignment.a1] == fold.codes[alignment.b0 : alignment.b1]
        return 0.5 * min(4.0, float(np.count_nonzero(unlike & same)))

    def _look(self, piece: Piece) -> PairEvidence:
        """Return the evidence of a piece as the estimate left it, or made anew."""
        look = self._looks.get(piece.block) or self._later.get(piece)
        if look is None:
            if len(self._later) >= LATER:
                self._later.clear()
            what = subject(self.letters, piece)
            look = self._later.get(what)
            if look is None:
                look = self._later[what] = PairEvidence(BaseEvidence(self.letters, what))
            self._later[piece] = look
        return look

    def _look_again(self, found: Sequence[Piece], looks: list[PairEvidence]) -> list[PairEvidence]:
        """Mark pieces that exchange the same for the same: noise seldom repeats itself, a name does."""
        text = self._fold.string
        bare = [(text[b.a0 : b.a1], text[b.b0 : b.b1]) for b, *_ in found]
        if len(set(bare)) == len(bare) and not any(look.again for look in looks):
            return looks
        counts = Counter(bare)
        out = []
        for both, look in zip(bare, looks, strict=True):
            again = min(3, counts[both] - 1) if both[0] and both[1] else 0
            out.append(look if again == look.again else look.repeated(again))
        return out

    def _errors(self, piece: Piece, look: PairEvidence) -> float:
        """Return the errors that a piece stands for, before anything is known of its pair.

        One character for another one again and again is none: two things are spoken of (points and edges).
        """
        if self._is_made_again(piece, look):
            return 0.0
        if look.share is None:
            look.share = self._share(look)
        return look.share * min(piece.edits, 3)

    def _is_made_again(self, piece: Piece, look: PairEvidence) -> bool:
        """Tell whether characters are exchanged, which no damage takes for each other, as they are in other places."""
        if not (self._again and look.known.han) or _exchange(self._fold.string, piece) not in self._again:
            return False
        value = look.evidence.values
        return not (value.get("sound") or value.get("look"))

    def _share(self, look: PairEvidence) -> float:
        """Return the probability that a piece is noise; none when it is rather content, or words for words.

        Texts with many parallel sentences (manuals) exchange words and signs all the time; damage leaves what is none.
        """
        if not (self.noise.damaged or look.known.is_ruin) or look.known.is_of_words:
            return 0.0
        value = look.evidence.values
        if value.get("known_none") and value["_edits"] > 1 and self._has_words and not self.noise.surely:
            return 0.0  # a name for a name
        share = 1.0 / (1.0 + math.exp(min(30.0, look.score(self._usual))))
        return share if share > weights.PLAIN else 0.0

    def _one(self, piece: Piece, rate: float, look: PairEvidence, *, noisy: bool) -> Judged:
        """Judge a piece at a rate of noise; ``noisy`` tells that other pairs of the text have errors."""
        if rate < weights.CLEAN or self._is_made_again(piece, look):
            if look.is_typo or look.is_lone_slip(noisy=noisy) or (noisy and look.is_damage()):
                return Judged(piece.block, Kind.NOISE, None, weights.SLIP_SCORE)
            return Judged(piece.block, Kind.CONTENT, look.known.reason, weights.CERTAIN)
        odds = look.score(rate) - (_shift(rate) if look.known.han else weights.SCAN * self._is_worn(rate))
        if odds > 0:
            return Judged(piece.block, Kind.CONTENT, look.known.reason, odds)
        return Judged(piece.block, Kind.NOISE, None, odds)


def _sampled(text: str, found: Sequence[Alignment], times: int) -> Sequence[Alignment]:
    """Return about one of so many alignments, picked by what they say: a cut elsewhere changes the choice of none."""
    if times < 2:
        return found
    mask = (1 << times.bit_length() - 1) - 1
    some = [x for x in found if not crc32((text[x.a0 : x.a1] + text[x.b0 : x.b1]).encode()) & mask]
    return some or found[::times]


def _told(errors: float, length: float) -> tuple[float, float]:
    """Return errors in so many letters as noise is told: roughly, so that a cut or two in a long text make no other.

    None where they are so few that any text has as many.
    """
    if errors < weights.STRAY * length:
        return 0.0, 0.0
    if length <= _ENOUGH:
        return errors, length
    errors *= _ENOUGH / length
    share, power = math.frexp(errors)
    return math.ldexp(math.floor(share * 2 * _STEPS) / (2 * _STEPS), power), _ENOUGH


def _stretches(alignment: Alignment) -> Iterator[Alignment]:
    """Yield a long alignment in stretches of so many differences that a sample of them is one of the whole."""
    blocks = alignment.blocks
    a0, b0 = alignment.a0, alignment.b0
    for at in range(0, len(blocks) - STRETCH, STRETCH):
        end = blocks[at + STRETCH]
        yield Alignment(a0, end.a0, b0, end.b0, blocks[at : at + STRETCH])
        a0, b0 = end.a0, end.b0
    yield Alignment(a0, alignment.a1, b0, alignment.b1, blocks[-(len(blocks) % STRETCH or STRETCH) :])


def _shift(rate: float) -> float:
    (low, first), (high, last) = weights.SHIFTS
    share = min(1.0, max(0.0, (rate - low) / (high - low)))
    return first + share * (last - first)


def _made_again(text: str, found: Sequence[Piece]) -> frozenset[frozenset[str]]:
    """Return the exchanges that are made at several places, of both texts: no copies of one error."""
    places: dict[frozenset[str], tuple[set[int], set[int]]] = {}
    for piece in found:
        both = places.setdefault(_exchange(text, piece), (set(), set()))
        both[0].add(piece.block.a0)
        both[1].add(piece.block.b0)
    return frozenset(both for both, sides in places.items() if "" not in both and min(map(len, sides)) > 1)


def _exchange(text: str, piece: Piece) -> frozenset[str]:
    """Return what stands for what, whichever way."""
    return frozenset(_bare(text, piece))


def _bare(text: str, piece: Piece) -> tuple[str, str]:
    block = piece.block
    return text[block.a0 : block.a1], text[block.b0 : block.b1]


def _is_scan(exchanges: list[tuple[str, str]]) -> bool:
    """Tell whether what is exchanged looks alike in print, oftener than chance would have it."""
    small = [both for both in exchanges if all(0 < len(side) <= weights.SMALL for side in both)]
    least = max(weights.SCAN_LEAST, weights.SCAN_SHARE * len(exchanges))
    if len(small) < least:
        return False
    return sum(kept.isascii() and lexicon.stroke_unlike(kept, copy) <= weights.ALIKE for kept, copy in small) >= least

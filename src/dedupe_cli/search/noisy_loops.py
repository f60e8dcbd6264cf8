"""Loops with character errors: a short sentence or line said three times or more, each time a bit damaged.

Longer rounds are near copies like any other and are judged as such; here are those too short for that, which
go only because they stand in a row. Of the rounds the first one stays of those that most others equal. What
makes a word of a word, or touches a number or a negation, is meant, and so are several at one place: damage
scatters.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz.distance import Indel, Levenshtein

from dedupe_cli.model import Span
from dedupe_cli.search.hashes import mix
from dedupe_cli.search.intended_loops import MEANT, kind_of
from dedupe_cli.search.removal import Removal, Round, edges, token_span
from dedupe_cli.text import lexicon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.scene import Scene

_LEAST, _MOST = 12, 80  # letters of a round; a Han character counts 3
_ROUNDS = 3
_WHOLE = 3  # undamaged rounds that must stand against the damaged ones
_ALIKE = 0.6  # normalised Indel of neighbours, both of them damaged
_SCATTER = 8  # of so many different rounds one more may be damaged at the same place by chance
_EDITS = 0.15  # of the characters of a round
_FREQUENT = 40_000  # rank of an English word that counts as one


class _Piece(NamedTuple):
    """Tokens between two strong borders and their folded characters."""

    low: int
    high: int
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The folded characters in a row."""
        return "".join(self.words)


def find_worn_removals(scene: Scene) -> list[Removal]:
    """Find rows of damaged short rounds; what goes is similar, not equal, to what stays."""
    out: list[Removal] = []
    for row in _rows(scene):
        said = Counter(piece.text for piece in row).most_common(1)[0][0]
        kept = next(piece for piece in row if piece.text == said)
        copies = _damaged(row, kept)
        if len(copies) + 1 >= _ROUNDS and kind_of(scene, row[0].low, row[-1].high) not in MEANT:
            out += _removals(scene, copies, kept)
    return out


def _rows(scene: Scene) -> list[list[_Piece]]:
    """Rows of three or more neighbours that are alike; sizes, numbers and ends are compared at once."""
    tokens = scene.tokens
    borders = np.flatnonzero(scene.gaps.strong)
    low, high = borders[:-1], borders[1:]
    size = tokens.letters[high] - tokens.letters[low]
    numbers = np.zeros(len(tokens) + 1, dtype=np.uint64)
    np.cumsum(np.where(tokens.number, mix(tokens.ids), np.uint64(0)), out=numbers[1:])
    counted = numbers[high] - numbers[low]
    fits = (size >= _LEAST) & (size <= _MOST)
    near = fits[1:] & fits[:-1] & (np.abs(size[1:] - size[:-1]) * 4 <= size[1:]) & (counted[1:] == counted[:-1])
    ends = (tokens.ids[low[1:]] == tokens.ids[low[:-1]]) | (tokens.ids[high[1:] - 1] == tokens.ids[high[:-1] - 1])
    rows: list[list[_Piece]] = []
    string = scene.fold.string
    last = -2
    for at in _worth_a_look(np.flatnonzero(near & ends), tokens.symbols.hashes.of(low, high)).tolist():
        one, other = (_piece(scene, string, int(low[i]), int(high[i])) for i in (at, at + 1))
        if Indel.normalized_similarity(one.text, other.text, score_cutoff=_ALIKE) == 0:
            continue
        if at == last + 1:
            rows[-1].append(other)
        else:
            rows.append([one, other])
        last = at
    return [row for row in rows if len(row) >= _ROUNDS]


def _worth_a_look(at: NDArray[np.int64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Leave out pairs of neighbours that are in no row of three, or in one of equal pieces: none is damaged."""
    row = np.cumsum(np.append(True, np.diff(at) != 1))[: len(at)]
    pairs = np.bincount(row)
    damaged = np.bincount(row, weights=keys[at] != keys[at + 1])
    worth: NDArray[np.bool_] = (pairs[row] >= _ROUNDS - 1) & (damaged[row] > 0)
    return at[worth]


def _piece(scene: Scene, string: str, low: int, high: int) -> _Piece:
    first, last = scene.tokens.first[low:high].tolist(), scene.tokens.last[low:high].tolist()
    return _Piece(low, high, tuple(string[a:b] for a, b in zip(first, last, strict=True)))


def _damaged(row: list[_Piece], kept: _Piece) -> list[_Piece]:
    """Choose the rounds that nothing or only damage tells from the kept one."""
    whole = sum(piece.words == kept.words for piece in row)
    if whole < _WHOLE or whole == len(row):
        return []
    edits = {words: _edits(kept.words, words) for words in {piece.words for piece in row}}
    slots = Counter(edit.at for found in edits.values() for edit in found)
    often, most = 1 + len(edits) // _SCATTER, max(1.0, _EDITS * len(kept.text))
    good = {
        words
        for words, found in edits.items()
        if sum(max(1, Levenshtein.distance("".join(e.kept), "".join(e.copy))) for e in found) <= most
        and not any(_is_meant(e, whole) or (slots[e.at] > often and not _looks_alike(e)) for e in found)
    }
    return [piece for piece in row if piece is not kept and piece.words in good]


class _Edit(NamedTuple):
    """Words of the kept round, those of the copy in their place, and the words on both sides."""

    at: int
    kept: tuple[str, ...]
    copy: tuple[str, ...]
    before: str
    behind: str


def _edits(one: tuple[str, ...], other: tuple[str, ...]) -> list[_Edit]:
    return [
        _Edit(
            op.src_start,
            one[op.src_start : op.src_end],
            other[op.dest_start : op.dest_end],
            one[op.src_start - 1] if op.src_start else "",
            one[op.src_end] if op.src_end < len(one) else "",
        )
        for op in Levenshtein.opcodes(one, other)
        if op.tag != "equal"
    ]


def _looks_alike(edit: _Edit) -> bool:
    """Tell whether one Han character was read or typed for another that looks or sounds like it."""
    one, other = "".join(edit.kept), "".join(edit.copy)
    return len(one) == len(other) == 1 and (lexicon.look_alike(one, other) or lexicon.sound_alike(one, other))


def _is_meant(edit: _Edit, whole: int) -> bool:
    """Tell whether an edit says something else: a number, a negation, another word, one more or less."""
    words = {*edit.kept} ^ {*edit.copy}
    if words & lexicon.LATIN_NEGATIONS or any(
        c.isdigit() or c in lexicon.DIGIT_CHARS or c in lexicon.NEGATIONS for w in words for c in w
    ):
        return True
    if all(len(w) == 1 and w >= "\u2e80" for w in words):
        return _is_meant_han(edit, whole)
    if not edit.kept or not edit.copy:
        return True
    if Indel.normalized_similarity("".join(edit.kept), "".join(edit.copy)) < 0.5:
        return True
    known = lexicon.latin_words()
    return all(known.get(w, _FREQUENT) < _FREQUENT for w in edit.copy)


def _is_meant_han(edit: _Edit, whole: int) -> bool:
    """Tell the same of Han characters: damage is one for one, one more or one less, and makes no word."""
    one, other = "".join(edit.kept), "".join(edit.copy)
    if max(len(one), len(other)) > 1 or lexicon.contrast(one, other):
        return True
    known = lexicon.han_words()
    if one and other and whole <= _WHOLE and not _looks_alike(edit):
        return True
    pairs = [edit.before + other] * bool(edit.before) + [other + edit.behind] * bool(edit.behind)
    return bool(other) and any(pair in known for pair in pairs)


def _removals(scene: Scene, copies: list[_Piece], kept: _Piece) -> list[Removal]:
    """Remove rounds, those side by side together; each is measured against the one that stays."""
    gaps, stays = scene.gaps, (token_span(scene.gaps, kept.low, kept.high),)
    groups: list[list[_Piece]] = []
    for piece in copies:
        if groups and groups[-1][-1].high == piece.low:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    out = []
    for pieces in groups:
        edge, end = edges(gaps, pieces[0].low, pieces[-1].high, framed=True)
        stops = [*(edge(piece.low) for piece in pieces), end]
        rounds = [
            Round(Span(a, max(a, b)), token_span(gaps, piece.low, piece.high), stays, _alike(piece, kept))
            for piece, (a, b) in zip(pieces, pairwise(stops), strict=True)
        ]
        out.append(Removal(tuple(rounds)))
    return out


def _alike(piece: _Piece, kept: _Piece) -> float:
    """Percent of equal folded characters (normalised Indel)."""
    return 100.0 * Indel.normalized_similarity(piece.text, kept.text)

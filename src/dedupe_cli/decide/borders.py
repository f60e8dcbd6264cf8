"""Cut points inside a block: where a repeated stretch may be cut out of a paragraph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.decide.ends import is_inside_word
from dedupe_cli.text.fold import HAN, LETTER, SCRIPT

if TYPE_CHECKING:
    from dedupe_cli.document.view import View
    from dedupe_cli.text.alignment import Alignment

# An alignment overruns its true border by chance letters: a border is looked for so far inwards.
INWARD_HAN, INWARD_LETTERS = 4, 9
# So many equal letters behind a difference are equal by chance when a sentence border is beside the difference.
OVERRUN_HAN, OVERRUN_LETTERS, SLACK = 5, 16, 2
# ... and so many differences may both of its ends have by chance.
BOTH_ENDS = 2
# Two texts are hardly alike beyond a border below so many percent.
ALIKE_BEYOND = 85.0
# A splice in mid-sentence: the text beyond the break shares less than this of its short n-grams.
UNLIKE = 0.15
_BEYOND_HAN, _BEYOND_LETTERS = 20, 50
_WORDS = (LETTER, SCRIPT)
_CLAUSE = re.compile(r"[，、；：,;:—–\n\r(（)）\[\]【】《》|\t]")
_INNER = re.compile(r"[，；：。！？,;:.!?]\s*\w")
_COMMA = re.compile(r"[，、；,;]")
_SEMICOLON = re.compile(r"\s*[；;]\s*")
# What may be left of a full stop: a mark of a clause or sentence, in Latin script with a space or a closer behind it.
_MARK = re.compile(r"[。！？…，、；：।؟]|[.!?,;:]+(?=[\s\"')\]*`”’]|\Z)")
# Words that carry a sentence on: where no mark stands before one of them, hardly another text begins.
_CARRIES = re.compile(
    r"(?:to|and|or|but|so|that|which|who|when|while|where|if|unless|until|because|as|for|from|with|without|in|on|at|by"
    r"|of|into|before|after|than|through|using)\b|以[便免及]|并|而|但|因为|从而|才|后|时"
)
_TERMINAL = re.compile(r"[。！？.!?…؟।．｡۔]")
# A list mark in one text is as good as the word in the other (甲、乙 = 甲和乙).
_LIST_MARK = re.compile(r"[、,，&/]\s*$")
_LIST_WORDS = ("和", "与", "及", "以及", "and", "or")
# A cut begins at most so many characters before the stretch that is alike.
LIST_WORD = max(map(len, _LIST_WORDS))


def borders(view: View, piece: Alignment, *, noisy: bool = False) -> list[int]:
    """Sentence borders of either text, as positions of the copy, ascending.

    Where one text ends a sentence and the other goes on with a clause, they say different things: that is no
    border, unless the pair is noisy, as noise turns full stops into commas. Behind a semicolon a copy may begin.
    """
    own = [(p, piece.kept_at(p)) for p in view.borders(piece.b0, piece.b1)]
    other = [(piece.copy_at(p), p) for p in view.borders(piece.a0, piece.a1)]
    return sorted(
        {
            copy
            for copy, kept in (*own, *other)
            if piece.b0 <= copy <= piece.b1 and (noisy or not (_goes_on(view, piece, copy) or has_comma(view, kept)))
        }
    )


def _goes_on(view: View, piece: Alignment, place: int) -> bool:
    """Tell whether a sentence of the copy goes on at a place of it that says another one in the kept text."""
    if place == piece.b0 and _SEMICOLON.fullmatch(view.between(place)):
        return False
    return is_carried_on(view, place)


def has_comma(view: View, place: int) -> bool:
    """Tell whether a clause mark and no sentence end stands at a folded position."""
    if not 0 < place < len(view.fold):
        return False
    gap = view.between(place)
    return bool(_COMMA.search(gap)) and not _TERMINAL.search(gap) and "\n" not in gap


def is_carried_on(view: View, place: int) -> bool:
    """Tell whether a sentence goes on at a folded position: with a clause, or with a word that carries it on."""
    if has_comma(view, place):
        return True
    inside = 0 < place < len(view.fold) and not view.is_border(place) and not view.between(place).strip()
    return inside and _CARRIES.match(view.text, view.fold.at[place]) is not None


def is_own(view: View, piece: Alignment, place: int) -> bool:
    """Tell whether a border of either text is one of the copy: of its sentences, or where it has a mark.

    Or where the line of the kept text ends without one and the copy begins a sentence.
    """
    if view.is_border(place) or _MARK.search(view.between(place)):
        return True
    gap = view.between(piece.kept_at(place))
    begins = place < len(view.fold) and view.text[view.fold.at[place]].isupper()
    return begins and "\n" in gap and not _TERMINAL.search(gap)


def trimmed(view: View, piece: Alignment) -> Alignment:
    """Cut off what an alignment took in beyond its true border by chance: a difference and a few equal letters.

    The border is one of sentences; in a pair without noise letters that begin or end inside a word of either text are
    equal by chance wherever they stand. Or it is one where a block of the kept text begins or ends, and the copy goes
    on within its own with words that are hardly alike.
    """
    if not piece.blocks:
        return piece
    low, high = piece.b0, piece.b1
    first, last = piece.blocks[0], piece.blocks[-1]
    clean = len(piece.blocks) <= BOTH_ENDS
    if first.b0 - low <= _overrun(view, low):
        inside = first.b1 if clean and is_inside_word(view, low) and is_inside_word(view, piece.a0) else low
        low = max(view.borders(max(first.b0 - SLACK, low), first.b1 + SLACK), default=inside)
    if high - last.b1 <= _overrun(view, high - 1):
        inside = last.b0 if clean and is_inside_word(view, high) and is_inside_word(view, piece.a1) else high
        high = min(view.borders(last.b0 - SLACK, min(last.b1 + SLACK, high)), default=inside)
    start, end = (view.borders(piece.copy_at(at, end=True), piece.copy_at(at)) for at in _kept_edges(view, piece))
    if start and low < start[-1] and _is_other_text(piece.clip(low, start[-1])):
        low = start[-1]
    if end and end[0] < high and _is_other_text(piece.clip(end[0], high)):
        high = end[0]
    return piece.clip(low, high) if low < high else piece


def _kept_edges(view: View, piece: Alignment) -> tuple[int, int]:
    """Return where the first block of a kept text ends and its last one begins; its edges where it is within one."""
    first, last = view.edges(view.block_at(piece.a0)), view.edges(view.block_at(piece.a1 - 1))
    return (first[1], last[0]) if first[1] <= last[0] else (piece.a0, piece.a1)


def _is_other_text(beyond: Alignment) -> bool:
    """Tell whether what an alignment has beyond a border is hardly alike."""
    return beyond.similarity() < ALIKE_BEYOND


def _overrun(view: View, place: int) -> int:
    return OVERRUN_HAN if view.fold.classes[min(place, len(view.fold) - 1)] == HAN else OVERRUN_LETTERS


def inward(view: View, place: int) -> int:
    """How many characters inwards of ``place`` a border is looked for."""
    near = min(place, len(view.fold) - 1)
    return INWARD_HAN if view.fold.classes[near] == HAN else INWARD_LETTERS


def start_of(view: View, piece: Alignment, low: int, marks: list[int]) -> tuple[int, bool]:
    """Where a cut may begin at or after ``low``; True when it is a splice in mid-sentence."""
    reachable = [p for p in marks if low <= p <= low + inward(view, low)]
    if reachable:
        return reachable[0], False
    if low == piece.b0:
        place = _past_other_case(view, piece, min(_to_word_start(view, low), piece.b1))
        if is_splice(view, piece.kept_at(place), place, before=True):
            return _with_list_word(view, piece, place), True
    return next((p for p in marks if p > low), piece.b1), False


def end_of(view: View, piece: Alignment, high: int, marks: list[int]) -> tuple[int, bool]:
    """Where a cut may end at or before ``high``; True when it is a splice in mid-sentence."""
    reachable = [p for p in marks if high - inward(view, high - 1) <= p <= high]
    if reachable:
        return reachable[-1], False
    if high == piece.b1:
        place = _before_other_case(view, piece, max(_to_word_end(view, high), piece.b0))
        if is_splice(view, piece.kept_at(place), place, before=False):
            return place, True
    return next((p for p in reversed(marks) if p < high), piece.b0), False


def has_clauses(view: View, start: int, end: int) -> bool:
    """Tell whether the text of a folded range has a clause or sentence mark inside."""
    return bool(_INNER.search(view.fold.span(start, end).of(view.text)))


def is_splice(view: View, kept: int, copy: int, *, before: bool) -> bool:
    """Tell whether two texts part in mid-clause at these places and go on with other words.

    A break at a clause mark can be a quotation; text beyond the break that is alike makes it another version.
    """
    for place in (kept, copy):
        gap = view.between(place)
        if _TERMINAL.search(gap):
            continue
        if not gap.strip() and not view.is_border(place):
            continue  # a line is wrapped there, if anything
        if 0 < place < len(view.fold) and _CLAUSE.search(gap) and not (before and _LIST_MARK.search(gap)):
            return False
    if not before and view.is_border(kept) and is_carried_on(view, copy):
        return False
    return common(view, kept, copy, before=before) < UNLIKE


def common(view: View, kept: int, copy: int, *, before: bool) -> float:
    """Share of the copy's short n-grams beyond the break that stand beyond the kept text's break too."""
    near = copy - 1 if before else copy
    if not 0 <= near < len(view.fold):
        return 0.0
    han = view.fold.classes[near] == HAN
    reach, size = (_BEYOND_HAN, 2) if han else (_BEYOND_LETTERS, 5)
    text = view.fold.string
    mine = text[max(copy - reach, 0) : copy] if before else text[copy : copy + reach]
    other = text[max(kept - reach, 0) : kept] if before else text[kept : kept + reach]
    grams = {other[i : i + size] for i in range(len(other) - size + 1)}
    count = len(mine) - size + 1
    if count <= 0:
        return 0.0
    return sum(mine[i : i + size] in grams for i in range(count)) / count


def _to_word_start(view: View, place: int) -> int:
    """Move a start out of the middle of a Latin word."""
    classes, end = view.fold.classes, min(place + 24, len(view.fold))
    while place < end and place > 0 and classes[place] in _WORDS and not view.between(place):
        place += 1
    return place


def _to_word_end(view: View, place: int) -> int:
    """Move an end out of the middle of a Latin word."""
    classes, floor = view.fold.classes, max(place - 24, 0)
    while floor < place < len(view.fold) and classes[place - 1] in _WORDS and not view.between(place):
        place -= 1
    return place


def _past_other_case(view: View, piece: Alignment, place: int) -> int:
    """Leave out a first word that the two texts write in another case: it is equal by chance."""
    end = min(_to_word_start(view, min(place + 1, piece.b1)), piece.b1)
    same = _raw(view, place, end) == _raw(view, piece.kept_at(place), piece.kept_at(end))
    return place if same or view.fold.classes[place] != LETTER else end


def _before_other_case(view: View, piece: Alignment, place: int) -> int:
    """Leave out a last word that the two texts write in another case: it is equal by chance."""
    start = max(_to_word_end(view, max(place - 1, piece.b0)), piece.b0)
    same = _raw(view, start, place) == _raw(view, piece.kept_at(start), piece.kept_at(place, end=True))
    return place if same or view.fold.classes[place - 1] != LETTER else start


def _raw(view: View, start: int, end: int) -> str:
    if end <= start:
        return ""
    return view.fold.span(start, end).of(view.text)


def _with_list_word(view: View, piece: Alignment, place: int) -> int:
    """Take a list word before a splice in, where the kept text has a list mark instead."""
    if not _LIST_MARK.search(view.between(piece.kept_at(place))):
        return place
    text = view.fold.string
    for word in _LIST_WORDS:
        if text[:place].endswith(word) if place < len(word) else text[place - len(word) : place] == word:
            return place - len(word)
    return place

"""What the kept text says more at the ends of a sentence than a copy that is a sentence of its own.

A passage ends where two texts part, which may be in the middle of a word: *he had* stands in *She had*, *镇长* in
*副镇长*, *5 people* in *15 people*. What is lacking there is a difference like any other. A copy that was cut off
somewhere is no sentence of its own: it begins or ends in the middle of one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.judge.other_scripts import turns_round
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.fold import DIGIT, HAN, LETTER, SCRIPT

if TYPE_CHECKING:
    from dedupe_cli.document.view import View

_ELLIPSIS = re.compile(r"…|\.\.\.|。。")
# What ends a sentence, also where the text goes on with a small letter.
_ENDS = re.compile(r"[。！？.!?…;；:：]")
_OF_WORD = frozenset({LETTER, SCRIPT, DIGIT})
# What may stand between two letters of one word or name: udp_accept, ex-president.
_JOINTS = frozenset(("", "_", "-", "\u2010", "\u2011"))
# Letters of a word that are looked through, and Han characters before or behind what is equal.
_WORD, _HAN_HEAD, _HAN_TAIL = 24, 1, 2
# ... and characters of scripts of which many put no space between words.
_SCRIPT = 4
# Han characters that are a scrap of a sentence; of letters one word is.
_SCRAP_HAN = 2
# Words that only join a sentence to the one before.
_JOINING_EN = ("and", "but", "so", "then", "or", "now", "well", "yet", "also")
_JOINING = frozenset((*_JOINING_EN, "但", "而", "也", "就", "又", "但是", "而且", "所以"))
# So many letters may be equal by chance.
_CHANCE = 4
# Letters and Han characters before what is equal in which a *not* is looked for, or another beginning.
_NOT, _NOT_HAN = 26, 10


def with_ends(view: View, piece: Alignment) -> Alignment:
    """Take what the kept text says more at both ends of a passage in as differences, where there is none yet."""
    piece = _with_numbers(view, _slid(view, piece))
    start, end = piece.a0, piece.a1
    if not piece.blocks or piece.blocks[0].b0 > piece.b0:
        start = _head(view, start, piece.b0)
    if not piece.blocks or piece.blocks[-1].b1 < piece.b1:
        end = _tail(view, end, piece.b1)
    # Where a line is broken the copy has the rest of the sentence in the block beside it.
    text, more, behind = view.fold.string, piece.a0 - start, end - piece.a1
    if text[start : piece.a0] == text[max(piece.b0 - more, 0) : piece.b0]:
        start = piece.a0
    if text[piece.a1 : end] == text[piece.b1 : piece.b1 + behind]:
        end = piece.a1
    if (start, end) == (piece.a0, piece.a1):
        return piece
    blocks = list(piece.blocks)
    if start < piece.a0:
        blocks.insert(0, Block(start, piece.a0, piece.b0, piece.b0))
    if end > piece.a1:
        blocks.append(Block(piece.a1, end, piece.b1, piece.b1))
    return Alignment(start, end, piece.b0, piece.b1, tuple(blocks))


def _slid(view: View, piece: Alignment) -> Alignment:
    """Begin with the sentence where its first letters are equal by chance to the last ones of the sentence before."""
    if not piece.blocks or view.is_border(piece.a0):
        return piece
    first, text = piece.blocks[0], view.fold.string
    size = first.a0 - piece.a0
    start = first.a1 - size
    if first.b0 < first.b1 or size > _CHANCE or not view.is_border(start):
        return piece
    if text[piece.a0 : first.a0] != text[start : first.a1]:
        return piece
    return Alignment(start, piece.a1, piece.b0, piece.b1, piece.blocks[1:])


def _with_numbers(view: View, piece: Alignment) -> Alignment:
    """Take the number in that the kept text has where a copy begins or ends with another one: it was left outside."""
    if not piece.blocks:
        return piece
    classes = view.fold.classes
    a0, a1, b0, b1, blocks = *piece[:4], list(piece.blocks)
    if (blocks[-1].a1, blocks[-1].b1) == (a1, b1) and classes[b1 - 1] == DIGIT:
        while a1 < len(view.fold) and classes[a1] == DIGIT:
            a1 += 1
        blocks[-1] = blocks[-1]._replace(a1=a1)
    if (blocks[0].a0, blocks[0].b0) == (a0, b0) and classes[b0] == DIGIT:
        while a0 > 0 and classes[a0 - 1] == DIGIT:
            a0 -= 1
        blocks[0] = blocks[0]._replace(a0=a0)
    return Alignment(a0, a1, b0, b1, tuple(blocks))


def lacks_denial(view: View, kept: tuple[int, int], copy: int) -> bool:
    """Tell whether a copy lacks words before it that turn the kept sentence round; one that was cut off does not."""
    start, end = kept
    if view.between(end).strip() or not turns_round(view.fold.span(start, end).of(view.text)):
        return False
    return not _was_cut_off(view, start, copy)


def _was_cut_off(view: View, kept: int, copy: int) -> bool:
    """Tell whether a block begins small where the kept sentence has a capital, and its other sentences do not."""
    if not (_char(view, copy).islower() and _char(view, kept).isupper()):
        return False
    later = view.borders(copy + 1, view.edges(view.block_at(copy))[1] - 1)
    return bool(later) and all(_char(view, place).isupper() for place in later)


def leaves_head(view: View, start: int) -> bool:
    """Tell whether a cut from a folded position on would leave a scrap of a sentence.

    A scrap is a part of a word, or one word: *Anna* of *Anna works at night*, where *Works at night* stands elsewhere.
    """
    if is_inside_word(view, start):
        return True
    if start < len(view.fold) and _char(view, start).isupper():
        return False  # a sentence begins
    low = max(view.borders(start - _reach(view, start), start), default=start)
    return _is_word(view, low, start) and not _ENDS.search(view.between(start))


def leaves_tail(view: View, end: int) -> bool:
    """Tell the same of a cut that ends at a folded position."""
    high = min(view.borders(end, end + _reach(view, end - 1)), default=end)
    return is_inside_word(view, end) or (_is_word(view, end, high) and not _ENDS.search(view.between(end)))


def begin_otherwise(view: View, kept: int, copy: int) -> bool:
    """Tell whether two sentences begin shortly before two places, each with other words: with another subject.

    Text that was torn and runs on is seldom torn so near to the beginning of a sentence on both sides.
    """
    near = _near(view, copy)
    return view.has_border(max(kept - near, 0), kept) and view.has_border(max(copy - near, 0), copy)


def end_otherwise(view: View, kept: int, copy: int) -> bool:
    """Tell the same of the ends of two sentences."""
    near = _near(view, copy - 1)
    return view.has_border(kept, kept + near) and view.has_border(copy, copy + near)


def _near(view: View, place: int) -> int:
    """Return how far from a folded position a sentence begins or ends shortly before or behind it."""
    return _NOT_HAN if _is_han(view, place) else _NOT


def _is_han(view: View, place: int) -> bool:
    return bool(view.fold.classes[min(max(place, 0), len(view.fold) - 1)] == HAN)


def _reach(view: View, place: int) -> int:
    """Return how many letters are a scrap around a folded position."""
    return _SCRAP_HAN if _is_han(view, place) else _WORD


def _is_word(view: View, start: int, end: int) -> bool:
    """Tell whether a folded range is one word, or a few Han characters, but none that only joins two sentences."""
    return (
        start < end
        and view.fold.string[start:end] not in _JOINING
        and not any(map(view.between, range(start + 1, end)))
    )


def _head(view: View, kept: int, copy: int) -> int:
    """Return where the kept text begins with what it says more right before a passage."""
    if not 0 < kept < len(view.fold) or not view.is_border(copy) or view.is_border(kept):
        return kept
    classes = view.fold.classes
    marks = view.borders(max(kept - _near(view, kept), 0), kept - 1)
    if marks and lacks_denial(view, (marks[-1], kept), copy):
        return marks[-1]
    if classes[kept] == HAN:
        return _han_head(view, kept)
    if not is_inside_word(view, kept):
        return kept
    start = kept - 1
    while start > kept - _WORD and is_inside_word(view, start):
        start -= 1
    if classes[kept] == SCRIPT and kept - start > _SCRIPT:
        return kept
    if DIGIT in (classes[kept], classes[kept - 1]) or _char(view, copy).isupper():
        return start
    # Small letters begin a sentence where that is the habit; else they were cut out of one.
    habit = view.is_border(start) and not _char(view, start).isupper()
    return start if habit else kept


def _han_head(view: View, kept: int) -> int:
    """Return where a sentence begins a character before; one torn inside of a word was cut off there."""
    marks = view.borders(kept - _HAN_HEAD, kept - 1)
    if not marks or view.between(kept).strip() or _is_torn(view, kept):
        return kept
    return marks[-1]


def _tail(view: View, kept: int, copy: int) -> int:
    """Return where the kept text ends with what it says more right behind a passage."""
    if not 0 < kept < len(view.fold) or not view.is_border(copy) or view.is_border(kept):
        return kept
    block = view.block_at(max(copy - 1, 0))
    broken = not view.is_terminated(block) if copy == view.edges(block)[1] else False
    if broken or _ELLIPSIS.search(view.between(copy)):
        return kept
    if view.fold.classes[kept - 1] == HAN:
        marks = view.borders(kept + 1, kept + _HAN_TAIL)
        return kept if not marks or _is_torn(view, kept) else marks[0]
    end = kept
    while end < kept + _WORD and is_inside_word(view, end):
        end += 1
    return kept if view.fold.classes[kept - 1] == SCRIPT and end - kept > _SCRIPT else end


def is_inside_word(view: View, place: int) -> bool:
    """Tell whether a folded position lies inside of a word or a number, and not between two that ran together."""
    classes = view.fold.classes
    if not 0 < place < len(view.fold):
        return False
    if classes[place - 1] not in _OF_WORD or classes[place] not in _OF_WORD or view.between(place) not in _JOINTS:
        return False
    return not (_char(view, place - 1).islower() and _char(view, place).isupper())


def _is_torn(view: View, place: int) -> bool:
    """Tell whether a folded position lies inside of a Chinese word, and not between two."""
    text, words = view.fold.string, lexicon.han_words()
    return text[place - 1 : place + 1] in words and text[place : place + 2] not in words


def _char(view: View, place: int) -> str:
    return view.text[view.fold.at[place]]

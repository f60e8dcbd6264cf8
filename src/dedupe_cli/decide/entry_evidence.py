"""What stays although it is said again: sentences in the entries of a reference, lead-ins, names of code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.decide.ends import is_inside_word
from dedupe_cli.document.entries import in_entry, is_owned, sections
from dedupe_cli.document.split import BlockKind
from dedupe_cli.model import Kind, Repeat, Span

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

_ADDRESS = re.compile(r"<[^<>\s]+(?:>|\Z)|\b[a-z]+://\S+")
# What stands between marks of code, three of which are a fence; a letter behind a stroke as in ``\\n``; and a paragraph
# between marks of emphasis.
_CODE = re.compile(r"(?<!`)``(?!`)(.+?)(?<!`)``(?!`)|(?<![`:A-Za-z0-9_])`([^`\n]+)`(?![_`])", re.DOTALL)
_STROKE = re.compile(r"\\[A-Za-z](?![A-Za-z])")
# The version that a title names: at its end, or before a date; what stands before the words of a title numbers them.
_VERSION = re.compile(
    r"(?<![\w.])(?<!section )(?<!chapter )(?<!appendix )"
    r"(?:v\d+(?:\.\d+)+|\d+(?:\.\d+)+(?=\s*(?:[(\[,:\u2013\u2014-]|\Z)))",
    re.IGNORECASE,
)
# A capital behind a small letter or a digit.
_CAPITAL = re.compile(r"[a-z0-9][A-Z]")
_LETTERS = re.compile(r"\w+")
# Characters on either side of a stretch that its word is looked for in.
_AROUND = 40
# Signs that a text speaks of: "|", '\\@<='.
_SIGN = re.compile(r"""(?<![^\s(])(?:"[^\w\s]{1,5}"|'[^\w\s]{1,5}')(?!\w)""")
_EMPHASIS = re.compile(r"([*_])(?![*_\s])[^*_]+\1", re.DOTALL)
# What tells that something is said again: in the same sentence, so many characters before it at most.
_ANNOUNCED = re.compile(
    r"(?:\b(?:as|like)\s+(?:[\w']+\s+){0,3}"
    r"(?:mentioned|said|noted|stated|explained|described|discussed|told|shown|pointed out)\b[^.!?;]*[,:]"
    r"|(?:正如|如|就像|像)[^。！？；]*(?:述|说|说过|提到|提及|提过|讲过|指出|解释)的?[，：,:])[^.!?;。！？；]*\Z",
    re.IGNORECASE,
)
_BEFORE = 80
# The option, or the word, that an entry begins with.
_OPTION = re.compile(r"\s*(-\S*|\S+)")
# A difference with this score or a lower one is noise beyond doubt.
EVIDENT = -2.5
# Units of what stands only in the text that stays, between two parts of a copy.
_MORE = 60
# So many words of code that are others are no damage.
_SOME = 2


def is_name(said: str) -> bool:
    """Tell whether a stretch is one word without Han characters, or addresses: a path, what something is called."""
    if not said.isascii():
        return False
    without = _ADDRESS.sub(" ", said) if "<" in said or "://" in said else said
    return len(without.split(None, 1)) <= 1


def is_term(text: str, repeat: Repeat) -> bool:
    """Tell whether what is said again at once is no slip: in the entries of a reference, or names in marks of code."""
    copies = [span for cut in repeat.cuts for span in cut.copy[:1]]
    if repeat.rule != "D203":
        return any(is_owned(text, span) for span in copies)
    if not all(is_name(span.of(text)) for span in copies):
        return False
    said = {_word(text, span) for span in (*copies, *repeat.kept[:1])}
    return all("`" in span.of(text) for span in copies) or (len(said) > 1 and all("`" in word for word in said))


def _word(text: str, span: Span) -> str:
    """Return a stretch with what stands around it without white space."""
    before, behind = text[max(span.start - _AROUND, 0) : span.start], text[span.end : span.end + _AROUND]
    head = before.split()[-1] if before and not before[-1].isspace() else ""
    tail = behind.split(None, 1)[0] if behind and not behind[0].isspace() else ""
    return head + span.of(text) + tail


class _Name(NamedTuple):
    """What a text names, and where: between marks of code, or a sign between quotation marks."""

    start: int
    end: int
    said: str


def _named(said: str) -> list[_Name]:
    """Return what a text names, in text order of each kind: code between its marks, signs between quotation marks."""
    code = _CODE.finditer(said) if "`" in said else ()
    signs = _SIGN.finditer(said) if '"' in said or "'" in said else ()
    return [
        *[_Name(*found.span(), " ".join((found[1] or found[2]).split())) for found in code],
        *[_Name(*found.span(), found[0]) for found in signs],
    ]


class Names:
    """What is asked of the blocks in which kept texts stand, found once: many may stand in one block of a megabyte."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._named: dict[int, list[_Name]] = {}
        self._names: dict[tuple[int, ...], frozenset[str]] = {}
        self._strokes: dict[tuple[int, ...], frozenset[str]] = {}

    def differ(self, removal: Removal) -> bool:
        """Tell whether a copy names other code, other signs or another option than what stays."""
        if _is_said(self._view, removal):
            return False
        return self._lack(removal) or _has_other_option(self._view, removal) or _has_other_words(self._view, removal)

    def _lack(self, removal: Removal) -> bool:
        """Tell whether a copy names other code than what stays, or other signs between quotation marks.

        A name with the signs of one that stays, damaged beyond doubt, is none. Strokes count where both have some: a
        scan has them in the place of other letters.
        """
        span = self._view.fold.span(removal.start, removal.end)
        said = span.of(self._view.text)
        names = frozenset(self._within(removal, span))
        strokes = frozenset(_STROKE.findall(said) if "\\" in said else ())
        if not names and not strokes:
            return False
        blocks = _kept_blocks(self._view, removal)
        if blocks not in self._names:
            self._names[blocks] = frozenset(name.said for block in blocks for name in self._of(block))
            self._strokes[blocks] = frozenset(_STROKE.findall("\n".join(map(self._view.said, blocks))))
        others = self._strokes[blocks]
        if bool(others) and not strokes <= others:
            return True
        missing = names - self._names[blocks]
        signs = {_LETTERS.sub("", name) for name in self._names[blocks]} if missing else ()
        return not all(_LETTERS.sub("", name) in signs and self._is_damaged(removal, span, name) for name in missing)

    def _within(self, removal: Removal, span: Span) -> Iterator[str]:
        """Yield what a part of a block names; marks are in pairs in the whole block only.

        Where it is the same as what stays, with all its marks, only what reaches over its edges may be another name.
        """
        start, same = self._view.bounds(removal.block)[0], _is_verbatim(self._view, removal, span)
        for name in self._of(removal.block):
            first, last = start + name.start, start + name.end
            if first < span.end and span.start < last and not (same and span.start <= first and last <= span.end):
                yield name.said

    def _of(self, block: int) -> list[_Name]:
        if block not in self._named:
            self._named[block] = _named(self._view.said(block))
        return self._named[block]

    def _is_damaged(self, removal: Removal, span: Span, name: str) -> bool:
        """Tell whether nothing but evident noise makes a name of a stretch another one."""
        at = self._view.text.find(name, span.start, span.end)
        if at < 0:
            return False
        low, high = self._view.fold.places([at, at + len(name)]).tolist()
        inside = [j for j in removal.judged if low <= j.block.b0 <= j.block.b1 <= high]
        return bool(inside) and all(j.kind is Kind.NOISE and j.score <= EVIDENT for j in inside)


def _is_said(view: View, removal: Removal) -> bool:
    """Tell whether a block goes as a whole and the kept one is the same, letter by letter: nothing is asked of it."""
    if not removal.whole or removal.judged or len(removal.pieces) != 1:
        return False
    return view.said(view.block_at(removal.pieces[0].a0)) == view.said(removal.block)


def _is_verbatim(view: View, removal: Removal, span: Span) -> bool:
    """Tell whether a part of a block is the same as what stays, with all marks in it but for white space."""
    if removal.judged or len(removal.pieces) != 1:
        return False
    piece = removal.pieces[0]
    return span.of(view.text).split() == view.fold.span(piece.a0, piece.a1).of(view.text).split()


def _has_other_option(view: View, removal: Removal) -> bool:
    """Tell whether a copy begins with the option that it tells of, and the kept text with another one: -t is not -T.

    Nor is a name with a capital inside another one in small letters. What is all in capitals tells nothing of that.
    """
    first = min(removal.pieces, key=lambda piece: piece.b0, default=None)
    if first is None or first.b0 > view.edges(removal.block)[0]:
        return False
    both = [view.said(block) for block in (view.block_at(first.a0), removal.block)]
    if any(said.isupper() for said in both):
        return False
    kept, copy = (option.group(1) if (option := _OPTION.match(said)) else "" for said in both)
    if not any(word.startswith("-") or _CAPITAL.search(word) for word in (kept, copy)):
        return False
    return kept != copy and kept.casefold() == copy.casefold()


def _has_other_words(view: View, removal: Removal) -> bool:
    """Tell whether code differs in whole words and numbers mostly, as damage does not: it is another example."""
    if view.kind(removal.block) is not BlockKind.CODE:
        return False
    noise = [j.block for j in removal.judged if j.kind is Kind.NOISE]
    words = [b for b in noise if not (view.has_han(b.a0, b.a1) or view.has_han(b.b0, b.b1))]
    whole = sum(not any(is_inside_word(view, place) for place in block) for block in words)
    return whole >= max(_SOME, len(noise) / 2)


def leads(said: str) -> bool:
    """Tell whether a sentence leads to what stands under it."""
    return said.rstrip().endswith((":", "\uff1a"))


def is_quoted(view: View, removal: Removal) -> bool:
    """Tell whether a copy is one by its own words: a paragraph in emphasis, as the kept one is not, or "As said, …"."""
    at = view.fold.span(removal.start, removal.end).start
    start = max(view.bounds(removal.block)[0], at - _BEFORE)
    if is_emphasised(_marked(view, removal).of(view.text)):
        return not all(is_emphasised(view.said(block)) for block in _kept_blocks(view, removal))
    return _ANNOUNCED.search(view.text, start, at) is not None


def is_emphasised(said: str) -> bool:
    """Tell whether a whole paragraph is set in emphasis: it quotes what stands elsewhere."""
    return _EMPHASIS.fullmatch(said.strip()) is not None


def _kept_blocks(view: View, removal: Removal) -> tuple[int, ...]:
    """Return the blocks that hold the kept text."""
    return tuple(sorted({block for piece in removal.pieces for block in view.blocks_in(piece.a0, piece.a1)}))


def _marked(view: View, removal: Removal) -> Span:
    """Return where a copy stands, with the marks at its edges."""
    if removal.whole:
        return view.spans[removal.block]
    span = view.fold.span(removal.start, removal.end)
    return Span(max(span.start - 2, 0), span.end + 2)


class Standing:
    """What a text says of the places of a candidate: titles over it, entries, versions."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._heads = sections(view.text)

    def leads(self, removal: Removal) -> bool:
        """Tell whether a copy leads to what stands under it."""
        span = _marked(self._view, removal)
        return leads(span.of(self._view.text))

    def of_versions(self, removal: Removal) -> bool:
        """Tell whether its two places are in the notes of two versions: what was true of one is said of it for good."""
        if not self._heads:
            return False
        fold = self._view.fold
        kept = min(fold.span(piece.a0, piece.a1).start for piece in removal.pieces if piece.a1 > piece.a0)
        one, other = (self._versions(place) for place in (kept, fold.span(removal.start, removal.end).start))
        return bool(one and other) and one != other

    def _versions(self, place: int) -> set[str]:
        """Return the versions that the titles over an offset name."""
        at = bisect_right(self._heads, place, key=lambda head: head[0])
        return {found for title in (self._heads[at - 1][1] if at else ()) for found in _VERSION.findall(title)}

    def says_more(self, removal: Removal) -> bool:
        """Tell whether what stays says more, in one place, between two parts of what goes."""
        if len(removal.pieces) < 2:
            return False
        pieces = sorted(removal.pieces, key=lambda piece: piece.b0)
        return any(
            one.a1 < other.a0 and self._view.units(one.a1, other.a0) <= _MORE and other.b0 - one.b1 < other.a0 - one.a1
            for one, other in pairwise(pieces)
        )

    def in_entry(self, spans: Sequence[Span]) -> bool:
        """Tell whether one of some places in text order is in an entry of a reference."""
        return in_entry(self._view.text, spans)

"""What stays although it is said again: sentences in the entries of a reference, lead-ins, names of code."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.collapse.passages import Gaps, passages
from dedupe_cli.collapse.repeats import repeats_of
from dedupe_cli.model import Kind, Reason, Safety, Span
from dedupe_cli.text.entries import in_entry, is_owned, sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe_cli.collapse.state import Decisions, Removal
    from dedupe_cli.collapse.view import View
    from dedupe_cli.model import Repeat
    from dedupe_cli.settings import Settings

_ADDRESS = re.compile(r"<[^<>\s]+(?:>|\Z)|\b[a-z]+://\S+")
# What stands between marks of code, a letter behind a stroke as in ``\\n``; and a paragraph between marks of emphasis.
_CODE = re.compile(r"``(.+?)``|(?<![`:\w])`([^`\n]+)`(?!_)", re.DOTALL)
_STROKE = re.compile(r"\\[A-Za-z](?![A-Za-z])")
# The version that a title names: at its end, or before a date; what stands before the words of a title numbers them.
_VERSION = re.compile(
    r"(?<![\w.])(?<!section )(?<!chapter )(?<!appendix )"
    r"(?:v\d+(?:\.\d+)+|\d+(?:\.\d+)+(?=\s*(?:[(\[,:\u2013\u2014-]|\Z)))",
    re.IGNORECASE,
)
_NO_TITLE: tuple[str, ...] = ()
# A capital behind a small letter or a digit.
_CAPITAL = re.compile(r"[a-z0-9][A-Z]")
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
# The words of so many kept texts are remembered.
_KNOWN = 32
# A passage of so many words, or Han characters, is worth saying once, wherever it stands.
LONG, LONG_HAN = 40, 60
# ... and of so many that are parted by white space, in scripts that have it: a name of code has many parts, and says as
# much as one word.
_WORDS = 33
_SPACED = re.compile(r"[\0-\u0dff\u1e00-\u20cf]*")
# Of one passage, pieces that lie no further apart are counted together.
_BESIDE = 10
# Units of what stands only in the text that stays, between two parts of a copy.
_MORE = 60


def standing_apart(
    view: View, decisions: Decisions, ignored: Sequence[Span], settings: Settings
) -> tuple[Decisions, list[Repeat]]:
    """Take the removals out of what was decided that stand for themselves; return them as held back.

    Names alone (a path, an address), and passages of less than the least length, are told to nobody, like headings.
    Where all is to go, what each entry says goes.
    """
    if view.unit == "line" or not decisions.removals:
        return decisions, []
    removals = decisions.removals
    spans = [view.fold.span(removal.start, removal.end) for removal in removals]
    why: dict[int, Reason | None] = dict(_standing(view, removals, spans, ignored, settings.min_length))
    if settings.apply == "all":
        why = {n: reason for n, reason in why.items() if reason is not Reason.ENTRY}
    if not why:
        return decisions, []
    gone = {removals[n].block for n in why}
    rest = [removal for n, removal in enumerate(removals) if n not in why]
    held = [
        _as_held(repeat, reason)
        for reason in (Reason.NAME, Reason.ENTRY)
        for repeat in repeats_of(view, replace(decisions, removals=[removals[n] for n in why if why[n] is reason]))
    ]
    return replace(decisions, removals=rest, gone=decisions.gone - gone), held


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
    return all("`" in span.of(text) and is_name(span.of(text)) for span in copies)


def quoted(said: str) -> list[str]:
    """Return what stands between marks of code, white space as one space: ``es#`` is not ``es``."""
    if "`" not in said:
        return []
    return [" ".join((first or other).split()) for first, other in _CODE.findall(said)]


def _named(said: str) -> list[str]:
    """Return what a stretch names: code between its marks, and signs between quotation marks."""
    return [*quoted(said), *(_SIGN.findall(said) if '"' in said or "'" in said else ())]


class _KeptTexts:
    """What is asked of the blocks in which kept texts stand, found once: many may stand in one block of a megabyte."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._names: dict[tuple[int, ...], frozenset[str]] = {}
        self._strokes: dict[tuple[int, ...], frozenset[str]] = {}
        self._words: dict[tuple[int, ...], str] = {}

    def lack_name(self, removal: Removal, said: str) -> bool:
        """Tell whether a copy names other code than what stays, or other signs between quotation marks.

        Strokes count where both have some: a scan has them in the place of other letters.
        """
        names, strokes = frozenset(_named(said)), frozenset(_STROKE.findall(said) if "\\" in said else ())
        if not names and not strokes:
            return False
        blocks = self._around(removal)
        if blocks not in self._names:
            kept = self._of(blocks)
            self._names[blocks] = frozenset(_named(kept))
            self._strokes[blocks] = frozenset(_STROKE.findall(kept))
        others = self._strokes[blocks]
        return not names <= self._names[blocks] or (bool(others) and not strokes <= others)

    def have(self, removal: Removal, words: str) -> bool:
        """Tell whether some words, with one space between them, stand there too."""
        blocks = self._around(removal)
        if blocks not in self._words:
            if len(self._words) >= _KNOWN:
                self._words.clear()
            self._words[blocks] = " ".join(self._of(blocks).split())
        return words in self._words[blocks]

    def _around(self, removal: Removal) -> tuple[int, ...]:
        return tuple(sorted({b for piece in removal.pieces for b in self._view.blocks_in(piece.a0, piece.a1)}))

    def _of(self, blocks: tuple[int, ...]) -> str:
        """Return some blocks as a whole: marks at the edges of a kept text belong to it."""
        return "\n".join(self._view.spans[block].of(self._view.text) for block in blocks)


def _has_other_option(view: View, removal: Removal) -> bool:
    """Tell whether a copy begins with the option that it tells of, and the kept text with another one: -t is not -T.

    Nor is a name with a capital inside another one in small letters.
    """
    first = min(removal.pieces, key=lambda piece: piece.b0, default=None)
    if first is None or first.b0 > view.edges(removal.block)[0]:
        return False
    both = (view.spans[block] for block in (view.block_at(first.a0), removal.block))
    found = [_OPTION.match(view.text, span.start, span.end) for span in both]
    kept, copy = (option.group(1) if option else "" for option in found)
    if not any(word.startswith("-") or _CAPITAL.search(word) for word in (kept, copy)):
        return False
    return kept != copy and kept.casefold() == copy.casefold()


def _standing(
    view: View, removals: Sequence[Removal], spans: Sequence[Span], ignored: Sequence[Span], least: int
) -> Iterator[tuple[int, Reason | None]]:
    """Yield the numbers of the removals that stand for themselves, and why.

    In entries these are short passages, and those that are not quite the same: what differs between two entries is
    meant. In a text of many sections each stands for itself, too. So does a short sentence that leads to what stands
    under it, another name between marks of code, and what is said again by its own words.
    """
    said = [span.of(view.text) for span in spans]
    full = [_marked(view, removal, span) for removal, span in zip(removals, spans, strict=True)]
    heads = sections(view.text)
    rows = [(_kept(view, removal), (span,)) for removal, span in zip(removals, spans, strict=True)]
    gaps, texts = Gaps(view.text, ignored), _KeptTexts(view)

    @cache
    def inside(n: int) -> bool:
        """Tell whether a removal stands in an entry; asked last, as the lines above it are looked at."""
        return in_entry(view.text, spans[n])

    for passage in passages(rows, Gaps(view.text, [*ignored, *spans]), _BESIDE):
        rest = []
        for n in passage:
            if texts.lack_name(removals[n], full[n]) or _has_other_option(view, removals[n]):
                yield n, Reason.NAME
            elif (
                _of_versions(heads, rows[n])
                or _is_quoted(view, removals[n], spans[n], full[n])
                or (_differs(view, removals[n], said[n], texts) and inside(n))
            ):
                yield n, Reason.ENTRY
            else:
                rest.append(n)
        words = [removals[n] for n in rest if not is_name(said[n]) and not gaps.skips(spans[n])]
        size, short = _size(view, words), _is_short(view, words)
        signs = [n for n in rest if not any(map(str.isalnum, said[n]))]
        going = False
        for n in rest:
            if size < least:
                yield n, None
            elif n not in signs:
                if short and (
                    leads(full[n]) or _apart(heads, rows[n], view.text) or (heads and removals[n].broken) or inside(n)
                ):
                    yield n, Reason.ENTRY
                else:
                    going = True
        if size >= least and not going:
            yield from ((n, None) for n in signs)  # they go with words only


def _size(view: View, removals: Sequence[Removal]) -> float:
    """Length of some removals in units."""
    return sum(view.units(removal.start, removal.end) for removal in removals)


def _is_short(view: View, removals: Sequence[Removal]) -> bool:
    """Tell whether some removals are together too short to be worth saying once wherever they stand."""
    if any(view.has_han(removal.start, removal.end) for removal in removals):
        return _size(view, removals) < LONG_HAN
    if _size(view, removals) < LONG:
        return True
    said = " ".join(view.fold.span(removal.start, removal.end).of(view.text) for removal in removals)
    return bool(_SPACED.fullmatch(said)) and sum(any(map(str.isalnum, word)) for word in said.split()) < _WORDS


def leads(said: str) -> bool:
    """Tell whether a sentence leads to what stands under it."""
    return said.rstrip().endswith((":", "\uff1a"))


def _apart(
    heads: Sequence[tuple[int, tuple[str, ...]]], row: tuple[tuple[Span, ...], tuple[Span, ...]], text: str
) -> bool:
    """Tell whether each of two places of a text of many sections says something for itself.

    They stand under other titles, or in one section with something between them; not so in a section that stands twice,
    with its title.
    """
    if not heads:
        return False
    kept, copy = _titles(heads, row)
    if kept is copy:
        low, high = sorted((row[0], row[1]))
        return any(map(str.isalnum, text[low[-1].end : high[0].start]))
    return kept != copy


def _titles(
    heads: Sequence[tuple[int, tuple[str, ...]]], row: tuple[tuple[Span, ...], tuple[Span, ...]]
) -> list[tuple[str, ...]]:
    """Return the titles under which two places stand; of one section they are the same object."""
    found = [bisect_right(heads, spans[0].start, key=lambda head: head[0]) for spans in row]
    return [_NO_TITLE if at == 0 else heads[at - 1][1] for at in found]


def _of_versions(heads: Sequence[tuple[int, tuple[str, ...]]], row: tuple[tuple[Span, ...], tuple[Span, ...]]) -> bool:
    """Tell whether two places are in the notes of two versions: what was true of one is said of it for good."""
    if not heads:
        return False
    kept, copy = ({found for title in titles for found in _VERSION.findall(title)} for titles in _titles(heads, row))
    return bool(kept and copy) and kept != copy


def _differs(view: View, removal: Removal, said: str, texts: _KeptTexts) -> bool:
    """Tell whether a copy in an entry differs in a letter, in the term that it begins with, or says less in between."""
    if _says_more(view, removal):
        return True
    if not _is_short(view, [removal]):
        return False
    if any(item.kind is Kind.NOISE for item in removal.judged):
        return True
    first, *more = said.split("\n", 1)
    return bool(more) and not texts.have(removal, " ".join(first.split()))


def _says_more(view: View, removal: Removal) -> bool:
    """Tell whether what stays says more, in one place, between two parts of what goes."""
    pieces = sorted(removal.pieces, key=lambda piece: piece.b0)
    return any(
        one.a1 < other.a0 and view.units(one.a1, other.a0) <= _MORE and other.b0 - one.b1 < other.a0 - one.a1
        for one, other in pairwise(pieces)
    )


def _is_quoted(view: View, removal: Removal, span: Span, said: str) -> bool:
    """Tell whether a copy is one by its own words: a paragraph in emphasis, or "As said above, …" before it."""
    start = max(view.spans[removal.block].start, span.start - _BEFORE)
    return is_emphasised(said) or _ANNOUNCED.search(view.text, start, span.start) is not None


def is_emphasised(said: str) -> bool:
    """Tell whether a whole paragraph is set in emphasis: it quotes what stands elsewhere."""
    return _EMPHASIS.fullmatch(said.strip()) is not None


def _kept(view: View, removal: Removal) -> tuple[Span, ...]:
    return tuple(sorted(view.fold.span(piece.a0, piece.a1) for piece in removal.pieces if piece.a1 > piece.a0))


def _marked(view: View, removal: Removal, span: Span) -> str:
    """Return what goes with the marks at its edges."""
    whole = view.spans[removal.block] if removal.whole else Span(max(span.start - 2, 0), span.end + 2)
    return whole.of(view.text)


def _as_held(repeat: Repeat, reason: Reason) -> Repeat:
    cuts = tuple(replace(cut, span=cut.copy[0], held=(reason,)) for cut in repeat.cuts)
    return replace(repeat, cuts=cuts, safety=Safety.UNSAFE)

"""The program proves its result: the laws of the design, checked on the actual output before it is written.

The check shares nothing with the code that made the result but the fold of one character. It costs one walk
over the text and compares characters only where a copy is not identical to what stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from dedupe_cli.errors import LawError
from dedupe_cli.model import Edit, Plan, Safety, Span
from dedupe_cli.settings import CLEANERS

if TYPE_CHECKING:
    Within = Callable[[str, str, str, Callable[[str], str]], bool]

# Shortest stretch, in letters, that counts as said: with fewer, other words would be found by chance.
_STRETCH, _STRETCH_HAN = 6, 4

# From so many characters on an ASCII text is folded as bytes.
_LONG = 64

# Most letters that a vote puts in beyond twice those that it takes out: it mends characters, it writes nothing.
_VOTED = 8

_HINT = "nothing was written; please report the text and this message"


def verify(text: str, plan: Plan, output: str, within: Within | None = None) -> None:
    """Check that ``output`` is what the edits of ``plan`` make of ``text``, and that nothing is lost by them.

    A cleaner's edit names its rule instead of a counterpart; the rule must be one of the plan's settings, and
    ``within(rule, gone, new, letters)`` says whether the edit does no more than that, or another one of the settings;
    without it there are none.

    Held are: all outside of the edits is there unchanged and in order (law 2); every edit names a
    counterpart, and that is in the output at its place (law 3); an exact edit removes no letter or digit that
    its counterpart does not have in the same order; nothing is put in that the text does not say (plans come
    from anywhere). Raises :class:`LawError`.
    """
    if plan.length != len(text):
        raise LawError(f"the plan is for {plan.length} characters, the text has {len(text)}", hint=_HINT)
    check_order(plan.edits, len(text))
    shifts = _walk(text, plan.edits, output)
    cleaners = _cleaners(plan) if within else frozenset()
    places = _Places(text, output, plan.edits, shifts, cleaners)
    unsafe = plan.settings.get("apply") == "all"  # whoever asks for that answers for what is said
    for edit in plan.edits:
        if within and edit.group < 0 and edit.rule in cleaners:
            # What two cleaners did to one place is one edit, named after the one that changed more.
            rules = (edit.rule, *sorted(cleaners - {edit.rule}))
            if not any(within(rule, edit.span.of(text), edit.replacement, letters) for rule in rules):
                raise LawError(f"edit {_name(edit.span)} does more than its rule {edit.rule}", hint=_HINT)
            continue
        _check_replacement(text, edit, voted=plan.settings.get("keep") == "merged")
        _check_counterpart(places, edit, unsafe=unsafe)


def _cleaners(plan: Plan) -> frozenset[str]:
    """Return the codes of the cleaners that a plan was made with."""
    names = plan.settings.get("fix")
    return frozenset(CLEANERS[n] for n in names if n in CLEANERS) if isinstance(names, list) else frozenset()


def verify_across(texts: Sequence[str], edits: Sequence[Sequence[Edit]], outputs: Sequence[str]) -> None:
    """Check the same of several texts that are cleaned because of one another: counterparts are in their outputs.

    ``edits`` holds those of each text; an edit's ``kept_in`` is the index of the text that says the same. Raises
    :class:`LawError`.
    """
    places = []
    for text, mine, output in zip(texts, edits, outputs, strict=True):
        check_order(mine, len(text))
        places.append(_Places(text, output, mine, _walk(text, mine, output), frozenset()))
    for here, mine in zip(places, edits, strict=True):
        for edit in mine:
            if not 0 <= edit.kept_in < len(places) or not edit.kept:
                raise LawError(f"edit {_name(edit.span)} names no text that stays", hint=_HINT)
            _check_replacement(here.text, edit, voted=False)
            _check_said(here, places[edit.kept_in], edit, unsafe=False)


def check_order(edits: Sequence[Edit], length: int) -> None:
    """Raise :class:`LawError` unless the edits are in order, apart, and inside of the text."""
    at = 0
    for edit in edits:
        if edit.span.start < at or edit.span.end > length:
            raise LawError(f"edit {_name(edit.span)} overlaps another or leaves the text", hint=_HINT)
        at = edit.span.end


def _walk(text: str, edits: Sequence[Edit], output: str) -> list[int]:
    """Compare the output with the text piece by piece; return by how much each piece has moved."""
    at = place = 0
    shifts = [0]
    for edit in edits:
        span, new = edit.span, edit.replacement
        stays = span.start - at
        if output[place : place + stays] != text[at : span.start] or not output.startswith(new, place + stays):
            raise LawError(f"the text before character {span.end} is not as it was", hint=_HINT)
        at, place = span.end, place + stays + len(new)
        shifts.append(place - at)
    if output[place:] != text[at:]:
        raise LawError(f"the text after character {at} is not as it was", hint=_HINT)
    return shifts


class _Places:
    """Where the characters of the text stand in the output."""

    def __init__(
        self, text: str, output: str, edits: Sequence[Edit], shifts: list[int], cleaners: frozenset[str]
    ) -> None:
        self.text, self.output, self.edits, self.shifts, self.cleaners = text, output, edits, shifts, cleaners
        self.starts = [e.span.start for e in edits]
        self.ends = [e.span.end for e in edits]
        self._last: _Kept | None = None

    def kept(self, spans: tuple[Span, ...]) -> _Kept:
        """Return what is known of a counterpart: the edits of one cut, which stand together, share theirs."""
        if self._last is None or self._last.spans is not spans:
            self._last = _Kept(self, spans)
        return self._last

    def touching(self, span: Span) -> Sequence[Edit]:
        """Edits that share a character with a span."""
        return self.edits[bisect_right(self.ends, span.start) : bisect_left(self.starts, span.end)]

    def moved(self, span: Span) -> str:
        """Return what stands in the output where a stretch free of edits should be."""
        shift = self.shifts[bisect_right(self.ends, span.start)]
        return self.output[span.start + shift : span.end + shift]

    def remains(self, span: Span) -> bool:
        """Tell whether the letters of a span are in the output, or were replaced; cleaners answer for themselves."""
        at = span.start
        for edit in self.touching(span):
            cleaned = edit.group < 0 and edit.rule in self.cleaners
            if (
                not edit.replacement
                and not cleaned
                and letters(Span(max(at, edit.span.start), min(edit.span.end, span.end)).of(self.text))
            ):
                return False
            if edit.span.start > at and not self._unmoved(Span(at, edit.span.start)):
                return False
            at = edit.span.end
        return at >= span.end or self._unmoved(Span(at, span.end))

    def _unmoved(self, span: Span) -> bool:
        return self.moved(span) == span.of(self.text)


def _check_replacement(text: str, edit: Edit, *, voted: bool) -> None:
    """Refuse new words: what is put in has the letters of what goes, or after a vote a few of the text."""
    if edit.safety is Safety.UNSAFE and edit.replacement and not edit.kept:
        return
    new = letters(edit.replacement) if edit.replacement else ""
    if not new:
        return
    gone = letters(edit.span.of(text))
    if new in gone:
        return
    if not voted or len(new) > 2 * len(gone) + _VOTED or not set(new) <= set(letters(text)):
        raise LawError(f"edit {_name(edit.span)} puts in what the text does not say", hint=_HINT)


def _check_counterpart(places: _Places, edit: Edit, *, unsafe: bool) -> None:
    gone = edit.span.of(places.text)
    if not edit.kept:
        if not edit.replacement and letters(gone):
            raise LawError(f"edit {_name(edit.span)} names no text that stays", hint=_HINT)
        return
    _check_said(places, places, edit, unsafe=unsafe)


def _check_said(here: _Places, there: _Places, edit: Edit, *, unsafe: bool) -> None:
    """Check that the counterpart of an edit ``here`` stays ``there``, and says the same if the edit is exact."""
    kept = there.kept(edit.kept)
    if kept.gone is not None:
        raise LawError(f"edit {_name(edit.span)} refers to {_name(kept.gone)}, which does not stay", hint=_HINT)
    if edit.safety is not Safety.EXACT or edit.replacement or unsafe:
        return
    if not kept.says(edit.span.of(here.text)):
        raise LawError(f"edit {_name(edit.span)} is called exact, but its counterpart says something else", hint=_HINT)


class _Kept:
    """A counterpart: the first of its spans that does not stay, if there is one, and what it says."""

    def __init__(self, places: _Places, spans: tuple[Span, ...]) -> None:
        self.spans = spans
        self.gone = next((s for s in spans if s.end > len(places.text) or not places.remains(s)), None)
        self._texts = [span.of(places.text) for span in spans]
        self._letters: str | None = None

    def says(self, gone: str) -> bool:
        """Tell whether the letters and digits of ``gone`` stand in it, or, in a loop, in rounds of it."""
        stripped = gone.strip()
        if any(stripped in text for text in self._texts):
            return True
        if self._letters is None:
            self._letters = "".join(map(letters, self._texts))
        folded, whole = letters(gone), self._letters
        if not folded or folded in whole:
            return True
        return bool(whole) and (folded in whole * (len(folded) // len(whole) + 2) or _said_in_pieces(folded, whole))


def _said_in_pieces(folded: str, whole: str) -> bool:
    """Tell whether every letter of ``folded`` lies in a stretch that ``whole`` has.

    A copy of a text with a loop in it is longer than what stays of that text, and no simple multiple of it.
    The cost grows with the sum of the two lengths.
    """
    size = _STRETCH if folded.isascii() else _STRETCH_HAN
    known = {whole[i : i + size] for i in range(len(whole) - size + 1)}
    reach = 0
    for i in range(len(folded) - size + 1):
        if folded[i : i + size] in known:
            if i > reach:
                return False
            reach = i + size
    return reach == len(folded)


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, with case, width and Han variants folded."""
    if text.isascii() and len(text) >= _LONG:  # bytes are looked up in an array
        return text.encode().translate(*_ascii()).decode()
    return text.translate(_LETTERS)


class _Letters(dict[int, str]):
    """Code point -> its folded letters, made when it is first met; at most as many as Unicode has."""

    def __missing__(self, code: int) -> str:
        from dedupe_cli.text.fold import fold_char  # noqa: PLC0415  numpy is loaded only where work is done
        from dedupe_cli.text.variants import han_variants  # noqa: PLC0415

        folded = fold_char(chr(code))
        if len(folded) == 1:
            folded = chr(han_variants().get(ord(folded), ord(folded)))
        self[code] = folded = "".join(filter(str.isalnum, folded))
        return folded


_LETTERS = _Letters()


@cache
def _ascii() -> tuple[bytes, bytes]:
    """Return what each byte of an ASCII text becomes, and the bytes that go."""
    folded = [_LETTERS[code] for code in range(128)]
    gone = bytes(code for code, new in enumerate(folded) if not new)
    return bytes(ord(new or "\0") for new in folded) + bytes(range(128, 256)), gone


def _name(span: Span) -> str:
    return f"{span.start}..{span.end}"

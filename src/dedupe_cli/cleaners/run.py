"""The cleaners in the order in which they run, and runs of them over a text until none of them finds anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from dedupe_cli.cleaners.cleaner import Cleaner, Effect
from dedupe_cli.cleaners.encodings import decoded, entities, lost, mojibake, readings
from dedupe_cli.cleaners.furniture import furniture
from dedupe_cli.cleaners.layout import CODE, fenced
from dedupe_cli.cleaners.lines import broken_paragraph, hyphenation, wrap
from dedupe_cli.cleaners.remove_phrases import phrases_in
from dedupe_cli.cleaners.typography import dashes, ellipsis, han_space, quotes, stutter, width
from dedupe_cli.cleaners.unseen import blank_lines, control_chars, invisible, trailing_space
from dedupe_cli.errors import LawError
from dedupe_cli.model import Edit, Note, Safety
from dedupe_cli.settings import SAFE
from dedupe_cli.text.compose import compose
from dedupe_cli.text.rewrite import rewrite

_PHRASES = "remove-phrases"
# First what a text says at all, then what cannot be seen, lines and words, last the white space that the others leave.
CLEANERS = (
    Cleaner("mojibake", "wrongly decoded text", Effect.DECODED, mojibake, report=lost),
    Cleaner("entities", "HTML entities", Effect.DECODED, entities, CODE),
    Cleaner("control-chars", "control characters", Effect.DROPPED, control_chars),
    Cleaner("invisible", "invisible characters", Effect.FORM, invisible),
    Cleaner(_PHRASES, "a phrase that is not wanted", Effect.DROPPED, partial(phrases_in, ())),
    Cleaner("furniture", "furniture of a page", Effect.DROPPED, furniture, (fenced,)),
    Cleaner("hyphenation", "a word divided at the end of a line", Effect.FORM, hyphenation, (fenced,)),
    Cleaner("wrap", "a line broken inside of a paragraph", Effect.FORM, wrap),
    Cleaner("broken-paragraph", "a sentence cut by a paragraph break", Effect.FORM, broken_paragraph),
    Cleaner("width", "full-width letters and digits", Effect.FORM, width, CODE),
    Cleaner("han-space", "a space between Chinese characters", Effect.FORM, han_space, CODE),
    Cleaner("quotes", "quotation marks in another style", Effect.FORM, quotes, CODE),
    Cleaner("dashes", "a dash in another style", Effect.FORM, dashes, CODE),
    Cleaner("ellipsis", "an ellipsis in another style", Effect.FORM, ellipsis, CODE),
    Cleaner("stutter", "said twice by mistake", Effect.DROPPED, stutter, CODE),
    Cleaner("trailing-space", "white space at the end of a line", Effect.FORM, trailing_space),
    Cleaner("blank-lines", "blank lines", Effect.FORM, blank_lines, (fenced,)),
)
BY_CODE = {cleaner.code: cleaner for cleaner in CLEANERS}


def enabled(names: Collection[str], phrases: Collection[str] = ()) -> list[Cleaner]:
    """Return the cleaners of these names in the order in which they run; ``phrases`` are those to take out."""
    out = partial(phrases_in, sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))
    found = [cleaner for cleaner in CLEANERS if cleaner.name in names]
    return [replace(cleaner, propose=out) if cleaner.name == _PHRASES else cleaner for cleaner in found]


# Rounds of all enabled cleaners. What one of them uncovers is there for the next one in the same round, so that a
# third round finds something only where dirt is nested.
_ROUNDS = 200
# What UTF-8 and GB18030 become when they are read as Windows-1252 or Latin-1, and what they do not.
_RUNS = re.compile("[\0-\u02ff\u2010-\u2122]+|[^\0-\u02ff\u2010-\u2122]+")
# Categories of characters that nobody sees: format, and control besides.
_UNSEEN = frozenset({"Cf"}), frozenset({"Cf", "Cc"})


def fixes(text: str, names: Collection[str], phrases: Collection[str] = ()) -> list[Edit]:
    """Return the edits of some cleaners, ``phrases`` for ``remove-phrases``, in order; they leave nothing to do."""
    cleaners = enabled(names, phrases)
    edits: list[Edit] = []
    now = text
    for _ in range(_ROUNDS):
        before = now
        for cleaner in cleaners:
            found = _edits(cleaner, now)
            if found:
                edits = compose(text, edits, found)
                now = rewrite(now, found)
        if now == before:
            return [edit for edit in edits if edit.span.of(text) != edit.replacement]
    raise LawError("the cleaners do not come to rest", hint="name fewer of them with --fix; please report the text")


def _edits(cleaner: Cleaner, text: str) -> list[Edit]:
    safety = Safety.EXACT if cleaner.name in SAFE else Safety.UNSAFE
    return [Edit(fix.span, fix.new, cleaner.code, fix.reason or cleaner.title, safety) for fix in cleaner.fixes(text)]


def reports(text: str, names: Collection[str]) -> list[Note]:
    """Return what the cleaners of these names see but cannot mend."""
    return [
        Note(cleaner.code, fix.span, fix.reason)
        for cleaner in enabled(names)
        if cleaner.report is not None
        for fix in cleaner.report(text)
    ]


def within(rule: str, gone: str, new: str, letters: Callable[[str], str]) -> bool:
    """Tell whether a cleaner's edit does no more than its rule; ``letters`` returns the letters of a text, folded."""
    cleaner = BY_CODE.get(rule)
    if cleaner is None:
        return False
    if cleaner.effect is Effect.FORM:
        return letters(gone) == letters(new)
    if cleaner.effect is Effect.DROPPED:
        return letters(new) in letters(gone)
    wanted = letters(new)
    # Control and invisible characters may have gone before; some are part of what is decoded.
    plain = "".join(c for c in gone if c >= " ")
    given = [gone, plain, *("".join(c for c in plain if unicodedata.category(c) not in kinds) for kinds in _UNSEEN)]
    return any(_may_say([each], wanted, letters) or _may_say(_RUNS.findall(each), wanted, letters) for each in given)


def _may_say(pieces: Sequence[str], wanted: str, letters: Callable[[str], str]) -> bool:
    """Tell whether some pieces, each as it stands or decoded, have the wanted letters."""
    ends = {0}
    for piece in pieces:
        said = {letters(decoded(reading)) for reading in readings(piece)}
        ends = {at + len(each) for at in ends for each in said if wanted.startswith(each, at)}
    return len(wanted) in ends

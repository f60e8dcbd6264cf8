"""Words and marks that are said twice by mistake (C107)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE
from dedupe_cli.model import Span
from dedupe_cli.text.fold import is_han
from dedupe_cli.text.lexicon import han_words

# Particles and prepositions that no Chinese sentence doubles, unless one of the two belongs to a word beside it.
_PARTICLES = "的在和与與被也都就而之及从從向于於以或但并由且跟为為"
_HAN = re.compile(f"([{_PARTICLES}])\\1+")
# Marks that are doubled by mistake. Three full stops are an ellipsis, two exclamation marks a shout.
_MARKS = re.compile("([，、；：])\\1+|(?<!。)。。(?!。)|(?<=[^\\W\\d_]),,(?= )")
_ENGLISH = re.compile(
    r"\b([Tt]he|[Aa]n|[Oo]f|[Aa]nd|[Ww]ith|[Ff]or|[Ff]rom|[Aa]t|[Oo]r|[Tt]heir|[Ii]ts|[Oo]ur|[Mm]y)"
    r"((?:[ \t]+|[ \t]*(?:\r\n|\r|\n)[ \t]*)(?!\1)(?i:\1)|(?:[ \t]+|[ \t]*(?:\r\n|\r|\n)[ \t]*)\1)(?=[ \t\r\n])"
)


def _propose(text: str) -> Iterable[Fix]:
    return [*_particles(text), *_marks(text), *_english(text)]


def _particles(text: str) -> Iterable[Fix]:
    for match in _HAN.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (before and after and is_han(ord(before)) and is_han(ord(after))):
            continue
        words = han_words()
        if any(word in words for word in _beside(text, start, end)):
            continue
        yield Fix(Span(start + 1, end), reason=f"doubled {match[1]}")


def _beside(text: str, start: int, end: int) -> Iterable[str]:
    """Yield what could be words that begin or end with one of the doubled characters."""
    for size in (2, 3, 4):
        yield text[max(0, start + 1 - size) : start + 1]
        yield text[end - 1 : end - 1 + size]
    yield text[start - 1 : end]
    yield text[start : end + 1]
    yield text[start:end]
    yield text[start : end + 2]


def _marks(text: str) -> Iterable[Fix]:
    for match in _MARKS.finditer(text):
        yield Fix(Span(match.start() + 1, match.end()), reason="doubled mark")


def _english(text: str) -> Iterable[Fix]:
    for match in _ENGLISH.finditer(text):
        second = match[2].strip()
        if second.islower():
            yield Fix(Span(match.start(2), match.end(2)), reason=f"doubled {second!r}")


CLEANER = Cleaner(
    code="C107",
    name="stutter",
    title="said twice by mistake",
    safe=False,
    effect=Effect.DROPPED,
    page="""\
A word that no sentence doubles goes when it stands twice in a row: Chinese particles and prepositions (的的, 在在),
English articles and prepositions (the the, of of), commas and single full stops (，，).

What language doubles stays: 人人, 慢慢, 研究研究, bye bye, had had, that that. So does a particle that belongs to
the word beside it (目的的, 的的确确), and code.
""",
    examples=(
        ("这是我们的的房子，，很旧。", "这是我们的房子，很旧。"),
        ("He went to the the mill.", "He went to the mill."),
    ),
    traps=(
        "人人都慢慢走，研究研究再说，谢谢，常常，仅仅。",
        "他达到了目的的时候，的的确确很高兴；首都都下雨了，成就就是这样来的。",
        "Bye bye! He had had enough; I know that that is so. No, no. Very, very old. It is what it is is all he said.",
        "真的！！什么？？等等。。。",
        "The The played.",
    ),
    propose=_propose,
    spares=CODE,
)

"""The language of what people read: English, or the one that a catalogue of :mod:`gettext` has words of.

What is put together for people alone is asked for by :func:`_` and :func:`ngettext`. Errors, findings and notes are
values: they go into JSON, caches and other processes, and are English there. :func:`said` finds their words in the
catalogue where they are shown. What English needs is one call that does nothing, so nothing is loaded for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

LANGUAGES = ("en", "zh")
VARIABLE = "DEDUPE_LANG"
# Who says it first; the usual order of the C library.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
# No message is longer than that (characters); a longer text is not looked for.
_LONGEST = 4000
_FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")
_WORDS = re.compile(r"[A-Za-z]{2}")
# A count, a share, a code, an option: the same in every language.
_NEUTRAL = re.compile(r"[\d,.-]+(?: %)?|[A-Z]\d{3}|--?[\w-]+(?: [\dA-Z]\S*)?")
# What stands between the members of a list, here and there.
_AND, _OR = (r", | and ", "、"), (" or ", " 或 ")
# How the key of a message begins that is the words of a value.
_SPOKEN = "said\x04"
_T = TypeVar("_T")


class _Pattern(NamedTuple):
    """A message with fields: ``expression`` matches what it makes, ``probe`` is the longest stretch without fields.

    Messages are tried in their ``order``: those that end others (``; why``) last, else the most particular first.
    """

    probe: str
    expression: re.Pattern[str]
    words: str
    order: tuple[bool, int]


class _Speech:
    """The language that is spoken; ``None`` is English."""

    words: Mapping[str, str] | None = None


def wanted(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that an environment asks for: DEDUPE_LANG, else the locale."""
    asked = environment.get(VARIABLE) or next((value for name in _LOCALE if (value := environment.get(name))), "")
    return "zh" if asked.lower().startswith("zh") else "en"


def speak(language: str) -> None:
    """Say everything from now on in one of the :data:`LANGUAGES`."""
    if language == "en":
        _Speech.words = None
    elif _Speech.words is None:
        _Speech.words = _catalogue(language)
    _patterns.cache_clear()


def spoken() -> str:
    """Return the language that is spoken, as HTML names it."""
    return "en" if _Speech.words is None else "zh-CN"


def english() -> AbstractContextManager[None]:
    """Speak English inside: for what programs read, too."""
    from contextlib import contextmanager  # noqa: PLC0415  start-up counts

    @contextmanager
    def inside() -> Iterator[None]:
        before, _Speech.words = _Speech.words, None
        try:
            yield
        finally:
            _Speech.words = before

    return inside()


def marked(words: _T) -> _T:
    """Return words as they are: they are in the catalogue, and asked for where they are shown."""
    return words


def _(message: str, /, **values: object) -> str:
    """Return a message in the language that is spoken, ``{name}`` filled in."""
    words = message if _Speech.words is None else _Speech.words.get(message, message)
    return words.format(**values) if values else words


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return the message that goes with a number, as :func:`_` does; ``{n}`` is the number, unless it is given."""
    if _Speech.words is None:
        words = one if number == 1 else many
    else:
        words = _Speech.words.get(one, one if number == 1 else many)
    return words.format(**{"n": number, **values})


def counted(number: int, one: str, many: str = "", told: str = "") -> str:
    """Return a number with what it counts: ``1 file``, ``2 files``; ``told`` is the number as it is written."""
    form = "{n} " + (one if number == 1 else many or one + "s")
    words = form if _Speech.words is None else _Speech.words.get("{n} " + one, form)
    return words.format(n=told or number)


def said(text: str) -> str:
    """Return what a value says, in the language that is spoken; names and words of texts in it stay as they are."""
    if _Speech.words is None or len(text) > _LONGEST or not _WORDS.search(text):
        return text
    if found := _Speech.words.get(text):
        return found
    return _listed(text, *_AND) or _matched(text) or _listed(text, *_OR) or _in_parts(text) or text


def _matched(text: str) -> str:
    """Return the words of the message that made a text; empty when none did."""
    bracketed = text.endswith(")")  # what stands in brackets at the end is a part of its own, unless the message has it
    for pattern in _patterns():
        if bracketed and ")" not in pattern.words and "）" not in pattern.words:
            continue
        if pattern.probe in text and (found := pattern.expression.fullmatch(text)):
            values = {name: value if name == "field" else _value(value) for name, value in found.groupdict().items()}
            head = values.pop("_head", "")
            return head + pattern.words.format(**values)
    return ""


def _value(text: str) -> str:
    """Return what stands in a field: words of ours, or a name that is left alone."""
    body = text.strip()
    return text.replace(body, said(body)) if " " in body or body in (_Speech.words or ()) else text


def _in_parts(text: str) -> str:
    """Return a text that is made of messages: ``one; other``, ``place: what``, ``what (how)``."""
    if text.endswith(")") and " (" in text:
        head, _sep, inner = text[:-1].rpartition(" (")
        return _joined((head, inner), "{}（{}）")
    for sign, form in (("; ", "{}；{}"), (": ", "{}：{}")):
        head, found, tail = text.partition(sign)
        if found and (whole := _joined((head, tail), form)):
            return whole
    return ""


def _listed(text: str, sign: str, joint: str) -> str:
    """Return a list of messages, counts and codes: ``a, b and c``, ``a or b``; empty when it is none."""
    items = re.split(sign, text)
    is_list = len(items) > 1 and all(_NEUTRAL.fullmatch(item) or said(item) != item for item in items)
    return joint.join(map(said, items)) if is_list else ""


def _joined(parts: Sequence[str], form: str) -> str:
    words = [said(part) for part in parts]
    return form.format(*words) if words != list(parts) else ""


def _catalogue(language: str) -> Mapping[str, str]:
    """Read the words of a language: what is said in English, and what it is there."""
    import gettext  # noqa: PLC0415  nothing of it for English

    class Words(gettext.GNUTranslations):
        """A catalogue whose entries can be listed, those of several forms by the first of them."""

        _catalog: dict[str | tuple[str, int], str]

        def entries(self) -> dict[str, str]:
            return {(key if isinstance(key, str) else key[0]): words for key, words in self._catalog.items() if key}

    place = os.path.join(os.path.dirname(__file__), "locale", language, "LC_MESSAGES", "dedupe.mo")  # noqa: PTH118, PTH120  pathlib costs 10 ms
    with open(place, "rb") as file:  # noqa: PTH123  as above
        return Words(file).entries()


@cache
def _patterns() -> list[_Pattern]:
    """Return the messages that have fields and words, the most particular first."""
    spoken = [(key, words) for key, words in (_Speech.words or {}).items() if key.startswith(_SPOKEN)]
    made = [pattern for key, words in spoken if (pattern := _pattern(key.removeprefix(_SPOKEN), words))]
    return sorted(made, key=lambda each: each.order)


def _pattern(message: str, words: str) -> _Pattern | None:
    pieces = _FIELD.split(message)  # literal, field, literal, ...
    literals = [piece.replace("{{", "{").replace("}}", "}") for piece in pieces[::2]]
    probe = max(literals, key=len)
    if not _WORDS.search(probe):
        return None
    escaped, ending = [re.escape(literal) for literal in literals], message[0] in ":;,( "
    out, seen = "(?P<_head>.*?)" if ending else "", set[str]()
    some = "[^,]*?" if message.startswith(" (") else ".*?"  # of a list in brackets each member is a part of its own
    for literal, name in zip(escaped, [*pieces[1::2], ""], strict=True):
        field = f"(?P={name})" if name in seen else f"(?P<{name}>{some})"
        out += literal + (field if name else "")
        seen.add(name)
    return _Pattern(probe, re.compile(out, re.DOTALL), words, (ending, -sum(map(len, escaped))))


def paragraphs(text: str) -> str:
    """Return a text of several paragraphs, each of which is a message; where English is spoken, as it is."""
    if _Speech.words is None:
        return text
    return "\n\n".join(said(" ".join(part.split())) for part in text.strip().split("\n\n"))

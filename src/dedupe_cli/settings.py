"""Every option that changes the result, declared once: default, bounds and help; all else derives from these fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache, lru_cache
from typing import Any, Literal, TypedDict, get_args

from dedupe_cli.errors import SettingsError

Unit = Literal["auto", "line", "sentence", "paragraph"]
Keep = Literal["best", "first", "last", "longest", "merged"]
Apply = Literal["exact", "similar", "all"]
Form = Literal["width", "space", "punct", "case", "han"]

Preset = Literal["article", "ocr", "transcript", "model-output", "docs"]


class Options(TypedDict, total=False):
    """The options of the library by name, as :class:`Settings` declares them; ``None`` is as if it was not given."""

    unit: Unit | None
    similarity: float | None
    min_length: int | None
    keep: Keep | None
    apply: Apply | None
    confidence: float | None
    normalize: Collection[Form] | None
    adjacent: bool | None
    fix: Collection[str] | None
    remove_phrases: Collection[str] | None


FORMS: frozenset[str] = frozenset(get_args(Form))

# The cleaners by name: their codes, in the order of the codes. Those of SAFE change nothing that anybody would miss.
CLEANERS = {
    "invisible": "C101",
    "control-chars": "C102",
    "trailing-space": "C103",
    "blank-lines": "C104",
    "entities": "C105",
    "mojibake": "C106",
    "stutter": "C107",
    "han-space": "C108",
    "wrap": "C109",
    "broken-paragraph": "C110",
    "hyphenation": "C111",
    "width": "C112",
    "furniture": "C113",
    "quotes": "C114",
    "dashes": "C115",
    "ellipsis": "C116",
    "remove-phrases": "C117",
}
# Fewest letters of a phrase that is to go.
_SHORTEST = 2
SAFE = frozenset({"invisible", "control-chars", "trailing-space", "blank-lines", "entities", "mojibake"})


# How sure it must be that a repeat is an accident: who checks a tree does not say that it repeats itself, as who cleans
# a text does.
CLEANED, CHECKED = 50.0, 65.0


def _option(default: Any, text: str, kind: str, **meta: Any) -> Any:
    return field(default=default, metadata={"help": text, "kind": kind, "group": "engine", **meta})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run is asked to do. Frozen; use :func:`dataclasses.replace` or :func:`make` for others."""

    unit: Unit = _option(
        "auto", "What goes as a whole; auto also cuts repeated passages inside paragraphs.", "choice",
        choices=get_args(Unit),
    )  # fmt: skip
    similarity: float = _option(
        80.0, "Least similarity of a copy, in percent: a floor under the decision.", "float",
        low=50.0, high=100.0, short="-s", everyday=True,
    )  # fmt: skip
    min_length: int = _option(
        12, "Shortest distant repeat: one Han character counts 1, one word 1 (with --unit line: 1).", "int",
        low=1, high=100_000, everyday=True,
    )  # fmt: skip
    keep: Keep = _option("best", "Which copy stays.", "choice", choices=get_args(Keep), everyday=True)
    apply: Apply = _option(
        "similar", "How sure an edit must be: exact, similar (character noise), all.", "choice",
        choices=get_args(Apply), everyday=True,
    )  # fmt: skip
    confidence: float = _option(
        CLEANED, "How sure it must be that a repeat is an accident and not meant, in percent (check: 65).", "float",
        low=1.0, high=99.0,
    )  # fmt: skip
    normalize: frozenset[str] = _option(
        FORMS, "Which differences count as form: width, space, punct, case, han.", "words", choices=get_args(Form)
    )
    adjacent: bool = _option(False, "Compare a line only with the one before it (with --unit line).", "bool")

    fix: frozenset[str] = _option(
        frozenset(), "Cleaners that run too: safe, all, or names and codes (invisible, C103) with commas between.",
        "words", choices=("safe", "all", *CLEANERS, *CLEANERS.values()), everyday=True,
    )  # fmt: skip
    remove_phrases: frozenset[str] = _option(
        frozenset(), "Take out the phrases of a file, one a line, wherever they stand.", "phrases"
    )

    def __post_init__(self) -> None:
        for item in fields(self):
            _check(item.name, getattr(self, item.name), item.metadata)
        if self.adjacent and self.unit != "line":
            raise SettingsError("adjacent compares lines", hint='add unit="line"')

    def as_dict(self) -> dict[str, object]:
        """Return plain values, as a plan records them."""
        return {f.name: sorted(v) if isinstance(v := getattr(self, f.name), frozenset) else v for f in fields(self)}


@lru_cache(maxsize=64)
def written(settings: Settings) -> str:
    """Return all values as one string, the same for equal settings: a part of what a cache knows a result by."""
    return repr(sorted(settings.as_dict().items()))


def _check(name: str, value: object, meta: Any) -> None:
    kind, choices = meta["kind"], meta.get("choices", ())
    if kind == "bool":
        if not isinstance(value, bool):
            raise SettingsError(f"{name}: {value!r} is neither True nor False", hint="give one of them")
    elif kind == "phrases":
        if not isinstance(value, frozenset):
            raise SettingsError(f"{name}: {value!r} is no set of phrases", hint="give a list of strings")
        for phrase in sorted(value, key=str):
            if sum(map(str.isalnum, str(phrase))) < _SHORTEST or "\n" in str(phrase):
                raise SettingsError(
                    f"{name}: {phrase!r} is no phrase", hint=f"on one line, with {_SHORTEST} letters at least"
                )
    elif kind == "words":
        known = [word for word in choices if word not in CLEANERS.values()]
        if not isinstance(value, frozenset):
            raise SettingsError(f"{name}: {value!r} is no set of words", hint=f"known are {', '.join(known)}")
        for word in sorted(value.difference(CLEANERS if name == "fix" else choices), key=str):
            raise SettingsError(f"{name}: unknown {word!r}", hint=nearest(word, known))
    elif kind == "choice":
        if value not in choices:
            raise SettingsError(f"{name}: unknown {value!r}", hint=nearest(value, choices))
    else:
        _check_number(name, value, meta)


def _check_number(name: str, value: object, meta: Any) -> None:
    low, high, whole = meta["low"], meta["high"], meta["kind"] == "int"
    hint = f"give a value from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise SettingsError(f"{name}: {value!r} is not a {'whole number' if whole else 'number'}", hint=hint)
    if not low <= value <= high:
        if not whole and 0 < value <= 1:
            hint = f"it is a percentage; try {name}={value * 100:g}"
        raise SettingsError(f"{name} {number_text(value)} is outside the useful range {low:g}-{high:g}", hint=hint)


def as_flags(error: SettingsError) -> SettingsError:
    """Return what is wrong with an option as the command line calls it: ``--min-length`` for ``min_length``."""
    known = {item.name for item in fields(Settings)}
    name = re.split(r"\W", error.message, maxsplit=1)[0]
    message = f"--{name.replace('_', '-')}{error.message[len(name) :]}" if name in known else error.message

    def flag(found: re.Match[str]) -> str:
        value = "FILE" if found[2].startswith("[") else found[2].strip('"')
        return f"--{found[1].replace('_', '-')} {value}" if found[1] in known else found[0]

    return SettingsError(message, hint=re.sub(r'\b(\w+)=(\w+|"\w+"|\[.*\])', flag, error.hint))


def number_text(number: float) -> str:
    """Return a number as it is told; a file may have one of thousands of digits."""
    huge = isinstance(number, int) and abs(number) >= 1 << 63
    return "of so many digits" if huge else f"{number:.12g}"


def nearest(word: object, known: Sequence[str]) -> str:
    """Return the hint after an unknown word: the known one that is most like it, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415  needed only after a slip

    near = get_close_matches(str(word).lower(), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"


def cleaners(words: object) -> object:
    """Return the names of the cleaners that are meant; what is no cleaner comes back as it is, to be refused."""
    if isinstance(words, str):
        words = frozenset(word.strip() for word in words.split(",") if word.strip())
    if not isinstance(words, frozenset):
        return words
    names = {code: name for name, code in CLEANERS.items()}
    known: dict[object, frozenset[str]] = {"safe": SAFE, "all": frozenset(CLEANERS) - {"remove-phrases"}}
    return frozenset().union(*(known.get(w, frozenset({names.get(str(w).upper(), w)})) for w in words))


# One word for a kind of text; any option given beside it wins.
PRESETS: dict[str, dict[str, object]] = {
    "article": {},
    "ocr": {"keep": "best", "similarity": 70.0},
    "transcript": {"keep": "first"},
    "model-output": {"keep": "first"},
    "docs": {"unit": "paragraph", "apply": "exact"},
}


# The shortest repeat between texts where nobody asks for another length: shorter ones are turns of phrase. In what was
# changed just now shorter ones are worth a look.
ACROSS_LENGTH, CHANGED_LENGTH = 40, 18


@cache
def checked(settings: Settings) -> Settings:
    """Return the settings under which repeats are reported where nobody asks for other ones: surer ones than go."""
    return replace(settings, confidence=CHECKED) if settings.confidence == CLEANED else settings


# Whoever asks for lines means all of them, as ``uniq`` does.
LINE_LENGTH = 1


def make(preset: str | None = None, **options: object) -> Settings:
    """Build settings from a preset and the options that were given beside it (``None`` means not given).

    ``normalize`` may be any collection of words, ``fix`` one of names and codes of cleaners and the words ``safe`` and
    ``all``, or a string of them with commas between. Raises :class:`SettingsError` for an unknown preset, option
    or value.
    """
    if preset is not None and preset not in PRESETS:
        raise SettingsError(f"unknown preset {preset!r}", hint=nearest(preset, list(PRESETS)))
    values: dict[str, Any] = dict(PRESETS[preset]) if preset else {}
    if options.get("unit") == "line":
        values["min_length"] = LINE_LENGTH
    known = [f.name for f in fields(Settings)] if options else []
    for name, value in options.items():
        if name not in known:
            raise SettingsError(f"unknown option {name!r}", hint=nearest(name, sorted(known)))
        if value is not None:
            values[name] = frozenset(value) if isinstance(value, (set, list, tuple)) else value
    if "fix" in values:
        values["fix"] = cleaners(values["fix"])
    if values.get("remove_phrases"):
        values["fix"] = values.get("fix", frozenset()) | {"remove-phrases"}
    elif "remove-phrases" in values.get("fix", ()):
        raise SettingsError("fix remove-phrases: which?", hint='add remove_phrases=["..."]')
    try:
        return _made(**values)
    except TypeError:  # of a value that cannot be asked for again, it is told what is wrong with it
        return Settings(**values)


@lru_cache(maxsize=64, typed=True)  # whoever cleans many short texts asks for the same again with each
def _made(**values: Any) -> Settings:
    return Settings(**values)

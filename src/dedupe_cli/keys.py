"""Every key of the configuration with its kind; values of files and variables are checked against this one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple

from dedupe_cli.errors import SettingsError
from dedupe_cli.language import VARIABLE
from dedupe_cli.policy import FORMATS, Policy
from dedupe_cli.settings import PRESETS, Settings, cleaners, nearest, number_text

_UNITS = {"": 1, "b": 1, "k": 10, "kib": 10, "kb": 10, "m": 20, "mib": 20, "mb": 20, "g": 30, "gib": 30, "gb": 30}
# Of any unit, for a size; a number of more digits is no number to Python in the end.
_LARGEST = 1e15
# Kinds of keys that are tables of a pattern and what holds for it.
TABLES = frozenset({"map", "types"})
LISTS = frozenset({"globs", "rules", "regexes", "paths", "words", "phrases", "codecs", "reports"})
# What holds for single files; the rest holds for a run.
_EACH = frozenset({"engine", "rules", "ignoring", "reading"})
# How a run goes about it, and what is done with what it finds.
_WAYS = frozenset({"run", "output", "layout", "display", "cache"})
PREFIX = "DEDUPE_"
# Variables that are no keys: what they say holds for a run, and no file may say it.
TRUST = "DEDUPE_TRUST"
OTHER_VARIABLES = ("DEDUPE_NO_UNDO", "DEDUPE_PAGER", TRUST, VARIABLE)
# So much alike are a slip and the name that was meant.
_LIKE = 0.85
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


class Key(NamedTuple):
    """One key: ``name`` in Python, ``key`` in files (``min-length``, ``markdown.code``), its kind and bounds.

    ``flag`` is its option of the command line (empty: none), ``group`` what it is about.
    """

    name: str
    key: str
    kind: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    group: str = ""
    flag: str = ""
    short: str = ""
    metavar: str = ""
    everyday: bool = False

    @property
    def engine(self) -> bool:
        """True when it changes what the engine does: a field of :class:`~dedupe_cli.settings.Settings`, or a preset."""
        return self.group == "engine"

    @property
    def each(self) -> bool:
        """True when it may be another one for each file: a key of ``[[overrides]]``."""
        return self.group in _EACH and self.kind not in TABLES

    @property
    def counts(self) -> bool:
        """True when the findings depend on it."""
        return self.group not in _WAYS

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return PREFIX + self.name.upper()


@cache
def keys() -> dict[str, Key]:
    """Return all keys by their name in files, the engine's first."""
    preset = Key(
        "preset", "preset", "choice", None, "Settings for a kind of text; any key given beside it wins.",
        tuple(PRESETS), group="engine",
    )  # fmt: skip
    return {key.key: key for key in (preset, *map(_key, (*fields(Settings), *fields(Policy))))}


def _key(item: Any) -> Key:
    """Return the key of one field of the settings or the policy; those of the engine all have an option."""
    meta = dict(item.metadata)
    table = meta.pop("table", "")
    key = f"{table}.{item.name.removeprefix(f'{table}_')}".lstrip(".").replace("_", "-")
    if meta["group"] == "engine":
        meta["flag"] = f"--{key}"
    return Key(item.name, key, default=item.default, **meta)


def nearest_variable(name: str, known: Sequence[str]) -> str:
    """Return the variable that was probably meant, by its key or its option, or nothing: others may use the prefix."""
    from difflib import get_close_matches  # noqa: PLC0415  needed only after a slip

    wanted = name.removeprefix(PREFIX)
    inside = [each for each in known if each.endswith(f"_{wanted}")]
    plain = {each.removeprefix(PREFIX): each for each in known}
    near = get_close_matches(wanted, plain, n=1, cutoff=_LIKE)
    return inside[0] if inside else plain[near[0]] if near else ""


def convert(key: Key, value: object) -> Any:
    """Return a value of a configuration file as the field holds it.

    Raises :class:`SettingsError` that begins with the key when the type or the value is wrong.
    """
    if key.kind in LISTS:
        return _list(key, value)
    if key.kind == "map":
        return _map(key, value)
    if key.kind == "types":
        return _types(key, value)
    if key.kind == "scopes":
        return _scopes(key, value)
    if key.kind == "bool":
        return _expect(key, value, bool, "true or false")
    if key.kind == "choice":
        word = _expect(key, value, str, f"one of {', '.join(key.choices)}")
        if word not in key.choices:
            raise SettingsError(f"{key.key}: unknown {word!r}", hint=nearest(word, key.choices))
        return word
    if key.kind == "size":
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else _size(key, value)
    if key.kind in {"int", "float"}:
        return _number(key, value)
    return _expect(key, value, str, "a text")


def from_text(key: Key, text: str) -> Any:
    """Return a value of an environment variable, as :func:`convert` does; lists are parted by commas."""
    if key.kind == "bool":
        word = text.strip().lower()
        if word not in _TRUE | _FALSE:
            raise SettingsError(f"{key.key}: {text!r} is neither true nor false", hint="1, true, 0, false")
        return word in _TRUE
    if key.kind in LISTS:
        return convert(key, [part.strip() for part in text.split(",") if part.strip()])
    if key.kind in {"int", "float"}:
        try:
            return convert(key, int(text) if key.kind == "int" else float(text))
        except ValueError:
            raise SettingsError(f"{key.key}: {text!r} is no number", hint=_bounds(key)) from None
    return convert(key, text)


def _expect(key: Key, value: object, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        name = key.key.split(".")[-1]
        first = f'"{key.choices[0]}"' if key.choices else '"..."'
        hint = f"write {name} = true or {name} = false" if kind is bool else f"write {name} = {first}"
        raise SettingsError(f"{key.key}: {_toml(value)} is not {what}", hint=hint)
    return value


def _list(key: Key, value: object) -> Any:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        name = key.key.split(".")[-1]
        raise SettingsError(f"{key.key}: {_toml(value)} is no list of texts", hint=f'write {name} = ["...", "..."]')
    for word in value:
        if key.choices and word not in key.choices:
            raise SettingsError(f"{key.key}: unknown {word!r}", hint=nearest(word, key.choices))
    if key.kind == "reports":
        for each in value:
            _check_report(key, each)
    if key.name == "fix":
        return cleaners(frozenset(value))
    return frozenset(value) if key.kind in {"words", "phrases"} else tuple(value)


def _check_report(key: Key, value: str) -> None:
    """Refuse what is not a form and a file with a colon between."""
    form, _, place = value.partition(":")
    if form not in FORMATS:
        raise SettingsError(f"{key.key}: unknown form {form!r}", hint=nearest(form, FORMATS))
    if not place or place == "-":
        raise SettingsError(f"{key.key}: {value} names no file", hint=f"write {form}:FILE")


def _map(key: Key, value: object) -> Any:
    if not isinstance(value, dict):
        raise SettingsError(f"{key.key}: {_toml(value)} is no table", hint=f'write {key.key} = {{ "*.md" = ["D4"] }}')
    rows = []
    for pattern, words in value.items():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            hint = f'write "{pattern}" = ["D4"]'
            raise SettingsError(f"{key.key}: {_toml(words)} is no list of rules", hint=hint)
        rows.append((pattern, tuple(words)))
    return tuple(rows)


def _types(key: Key, value: object) -> Any:
    if not isinstance(value, dict):
        raise SettingsError(
            f"{key.key}: {_toml(value)} is no table", hint='write [types] and below it "*.tpl" = "markdown"'
        )
    for pattern, word in value.items():
        if word not in key.choices:
            raise SettingsError(f"{key.key}: {pattern!r} is of unknown type {word!r}", hint=nearest(word, key.choices))
    return tuple(value.items())


def _scopes(key: Key, value: object) -> Any:
    rows = []
    for row in value if isinstance(value, list) else [value]:
        paths = row.get("paths") if isinstance(row, dict) and set(row) <= {"name", "paths"} else None
        if not isinstance(paths, list) or not paths or not all(isinstance(path, str) for path in paths):
            hint = 'write a table [[scopes]] with paths = ["docs/v1/**"] for each tree'
            raise SettingsError(f"{key.key}: {_toml(row)} is no table of paths", hint=hint)
        rows.append(tuple(paths))
    return tuple(rows)


def _number(key: Key, value: object) -> Any:
    kind = int if key.kind == "int" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind):
        what = "whole number" if key.kind == "int" else "number"
        raise SettingsError(f"{key.key}: {_toml(value)} is no {what}", hint=_bounds(key))
    low, high = key.low, key.high
    assert low is not None
    assert high is not None
    if not low <= value <= high:
        hint = _bounds(key)
        if low >= 1 and high == 100 and 0 < value <= 1:
            hint = f"it is a percentage; try {key.key} = {value * 100:g}"
        raise SettingsError(
            f"{key.key} {_number_text(value)} is outside the useful range {_number_text(low)}-{_number_text(high)}",
            hint=hint,
        )
    return float(value) if key.kind == "float" else value


def _bounds(key: Key) -> str:
    return f"give a value from {_number_text(key.low)} to {_number_text(key.high)}"


def _number_text(number: float | None) -> str:
    assert number is not None
    return number_text(number)


def _size(key: Key, value: object) -> int:
    text = str(value).strip().lower()
    digits = text.rstrip("bkimg ")
    unit = text[len(digits) :].strip()
    try:
        number = float(digits)
    except ValueError:
        number = -1.0
    if not 0 <= number < _LARGEST or unit not in _UNITS or not isinstance(value, str):
        raise SettingsError(f"{key.key}: {_toml(value)} is no size", hint='a number of bytes, or such as "10MiB"')
    return int(number * (_UNITS[unit] if _UNITS[unit] == 1 else 1 << _UNITS[unit]))


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)

"""Configuration files: found, read, checked key by key; an error names file, line and the nearest valid key."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from dedupe_cli.errors import DedupeError, ReadError, SettingsError
from dedupe_cli.keys import TABLES, Key, convert, keys
from dedupe_cli.read.bounds import Bounds, check_owner, is_file_name, is_stream, is_top
from dedupe_cli.read.load import read_bytes
from dedupe_cli.settings import nearest

# In the order in which one folder is looked through.
NAMES = (".dedupe.toml", "dedupe.toml", "pyproject.toml")
_SHARED, _TABLE = "pyproject.toml", ("tool", "dedupe-cli")
OVERRIDES = "overrides"
# More than any configuration has.
_LARGEST = 1 << 20
# Of a number, beside its sign; and digits that have more, in any base.
_BITS = 63
_DIGITS = re.compile(r"=\s*[-+]?\w{16,}")
# What others call the word "case" of normalize, and how to leave that word out.
_CASE, _CASELESS = "ignore-case", 'normalize = ["width", "space", "punct", "han"]'
_OURS = re.compile(rb"^\s*\[\s*tool\s*\.\s*[\"']?dedupe-cli\b", re.MULTILINE)
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?")


class Value(NamedTuple):
    """One value and where it came from: ``dedupe.toml:4``, ``DEDUPE_KEEP``, ``--keep``, ``default``.

    ``root`` is the project whose configuration says it, and in which it is to stay; empty where the user does.
    """

    value: Any
    origin: str
    root: str = ""

    def wrong(self, key: str, error: DedupeError) -> DedupeError:
        """Return an error that came of this value with the file and the line that it stands on."""
        if self.origin.startswith("-"):
            return error
        return SettingsError(f"{self.origin}: {key}: {error.message}", hint=error.hint)


class Override(NamedTuple):
    """Values for the files that fit ``files``, patterns as in ``.gitignore``; ``where`` it stands."""

    files: tuple[str, ...]
    values: dict[str, Value]
    where: str


class Config(NamedTuple):
    """One configuration file with all that it extends: values by key. ``path`` is empty where there is none.

    Of ``overrides`` the last one that fits a file wins.
    """

    path: str
    values: dict[str, Value]
    overrides: tuple[Override, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that its patterns and paths are relative to."""
        return (os.path.dirname(self.path) or ".") if self.path else "."


def find_config(folder: str) -> str | None:
    """Return the nearest configuration file in a folder and those above it, ``None`` without one.

    What stands above a repository is not about it: the search ends at its top. Outside of one it has no end.
    """
    at = os.path.abspath(folder)
    while True:
        for name in NAMES:
            path = os.path.join(at, name)
            if os.path.isfile(path) and (name != _SHARED or _has_table(path)):
                return path
        above = os.path.dirname(at)
        if above == at or is_top(at):
            return None
        at = above


def user_config() -> str | None:
    """Return the user's own file, which holds where no project has one."""
    from platformdirs import user_config_dir  # noqa: PLC0415  20 ms; only where no file was found

    path = os.path.join(user_config_dir("dedupe-cli"), "dedupe.toml")
    return path if os.path.isfile(path) else None


def read_config(
    path: str, *, trusted: bool = False, trust: str = "", _seen: tuple[str, ...] = (), _root: str | None = None
) -> Config:
    """Read a configuration file and what it extends.

    One that is not ``trusted``, as it came with a project, is to be the user's own, root's or below a folder of
    ``trust``, and may name places in the project only (:mod:`~dedupe_cli.read.bounds`); so may what it extends,
    wherever that stands. Raises :class:`SettingsError` with file and line for a key that is unknown or has a wrong
    value, :class:`~dedupe_cli.errors.ReadError` when it cannot be read.
    """
    real = os.path.realpath(path)
    if real in _seen:
        raise SettingsError(f"{path}: extends itself", hint="take one extend out of the circle")
    text, table = _table(path, None if trusted else partial(check_owner, path, trust=trust, option=f"--config {path}"))
    bounds = Bounds.of(path, trusted=trusted)
    top = _Place(path, text, bounds=bounds if _root is None else bounds._replace(root=_root))
    _check_version(top, table.pop("required-version", None))
    base, rows = table.pop("extend", None), table.pop(OVERRIDES, [])
    below = Config("", {})
    if base is not None:
        if not isinstance(base, str) or not is_file_name(base):
            raise SettingsError(f"{top.of('extend')}: extend is no file name", hint='write extend = "file"')
        other = os.path.join(os.path.dirname(path) or ".", base)
        if is_stream(other):
            raise SettingsError(f"{top.of('extend')}: extend: {base} is a pipe or a device", hint="name a file")
        try:
            seen, root = (*_seen, real), top.bounds.root
            below = read_config(os.path.normpath(other), trusted=trusted, trust=trust, _seen=seen, _root=root)
        except ReadError as error:
            raise Value(base, top.of("extend")).wrong("extend", error) from None
    return Config(path, below.values | _values(top, table), (*below.overrides, *_overrides(top, rows)))


def _values(place: _Place, table: dict[str, Any]) -> dict[str, Value]:
    """Return the values of a table by key, each checked."""
    values: dict[str, Value] = {}
    for name, raw in _flat(place, table):
        key = keys()[name]
        where = place.of(name)
        try:
            values[name] = Value(_placed(key, convert(key, raw), place.bounds), where, place.bounds.root)
        except SettingsError as error:
            raise SettingsError(f"{where}: {error.message}", hint=error.hint) from None
    return values


def _overrides(top: _Place, rows: object) -> list[Override]:
    """Return the tables ``[[overrides]]`` in their order."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        hint = 'write a table [[overrides]] with files = ["docs/old/**"] and the keys that are other there'
        raise SettingsError(f"{top.of(OVERRIDES)}: {OVERRIDES} is no list of tables", hint=hint)
    out = []
    for number, row in enumerate(rows):
        place = top.override(number)
        files = row.pop("files", None)
        if not isinstance(files, list) or not files or not all(isinstance(each, str) for each in files):
            where = place.of("files") if files is not None else place.header
            hint = 'write files = ["docs/old/**"], patterns as in .gitignore'
            raise SettingsError(f"{where}: [[{OVERRIDES}]] names no files", hint=hint)
        for name, _ in _flat(place, row):
            if not keys()[name].each:
                hint = "write ignore = [...] here" if name == "per-file-ignores" else f"write it above [[{OVERRIDES}]]"
                raise SettingsError(f"{place.of(name)}: {name} holds for the whole run, not for some files", hint=hint)
        out.append(Override(tuple(files), _values(place, row), place.header))
    return out


def _table(path: str, look: Callable[[os.stat_result], None] | None = None) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and the table that is ours; ``look`` is shown the link, too, where it is one."""
    try:
        if look is not None and os.path.islink(path):
            look(os.lstat(path))
        text = read_bytes(path, _LARGEST, opened=look).decode("utf-8-sig")
        table: Any = _parsed(text, path)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not valid UTF-8 (byte {error.start})", hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line.group(1)}" if line else path
        raise SettingsError(f"{where}: {str(error).partition(' (at')[0].lower()}", hint="it is not TOML") from None
    if os.path.basename(path) == _SHARED:
        for name in _TABLE:
            table = table.get(name, {}) if isinstance(table, dict) else {}
    if _has_huge(table):
        raise _too_many_digits(text, path)
    return text, dict(table) if isinstance(table, dict) else {}


def _parsed(text: str, path: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # Python reads no number of thousands of digits
        raise _too_many_digits(text, path) from None
    except RecursionError:
        line = max(enumerate(text.split("\n"), 1), key=lambda row: row[1].count("[") + row[1].count("{"))[0]
        where, hint = f"{path}:{line}", "a list of texts is as deep as any value of a configuration"
        raise SettingsError(f"{where}: nested too deeply", hint=hint) from None


def _too_many_digits(text: str, path: str) -> SettingsError:
    line = next((n for n, row in enumerate(text.split("\n"), 1) if _DIGITS.search(row)), 1)
    return SettingsError(f"{path}:{line}: a number of too many digits", hint="TOML has numbers of 64 bits")


def _has_huge(value: object) -> bool:
    """Tell whether a number of some values has more than the 64 bits that TOML asks for."""
    if isinstance(value, dict):
        return any(map(_has_huge, value.values()))
    if isinstance(value, list):
        return any(map(_has_huge, value))
    return isinstance(value, int) and value.bit_length() > _BITS


def _has_table(path: str) -> bool:
    data = b""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST)
        return b"dedupe-cli" in data and bool(_table(path)[1])
    except OSError:
        return False
    except SettingsError:  # it may be the file of another tool; where it has our table, reading it says what is wrong
        return _OURS.search(data) is not None


def _flat(place: _Place, table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return keys and raw values, tables taken apart; raises for an unknown key."""
    known = ["files"] if place.table else ["extend", "required-version", OVERRIDES]
    known += [name for name, key in keys().items() if key.each or not place.table]
    tables = {key.partition(".")[0] for key in keys() if "." in key}
    out = []
    for name, value in table.items():
        inner = value.items() if name in tables and isinstance(value, dict) else ()
        for key, raw in [(f"{name}.{each}", raw) for each, raw in inner] or [(name, value)]:
            if key not in keys() and not (key in tables and value == {}):
                raise _unknown(place, key, raw, known, tables)
            if key in keys():
                out.append((key, raw))
    return out


def _unknown(place: _Place, key: str, value: Any, known: list[str], tables: set[str]) -> SettingsError:
    """Return what is wrong with a key that is none, and what was probably meant."""
    if key in tables:
        return SettingsError(f"{place.of(key)}: {key} is a table", hint=f"write [{key}] and its keys below it")
    where, plain = place.of(key), key.rpartition(".")[2].replace("_", "-")
    inner = [each.replace("_", "-") for each in value] if isinstance(value, dict) else []
    apart = next((each for each in inner if each in keys()), plain if "." in key else "")
    if key == _TABLE[0]:
        where = place.of(".".join(_TABLE))
        hint = "here the keys stand by themselves; [tool.dedupe-cli] is for pyproject.toml"
    elif _CASE in {plain, *inner}:
        hint = f"{_CASE} = false is normalize without case: {_CASELESS}; else case never counts"
    elif apart in keys():
        hint = f"{apart} stands by itself: write it above the tables"
    else:
        heads = [*sorted(tables), *(each for each in known if each in keys() and keys()[each].kind in TABLES)]
        hint = nearest(key.replace("_", "-"), heads if isinstance(value, dict) else known)
    return SettingsError(f"{where}: unknown key {key!r}", hint=hint)


class _Place(NamedTuple):
    """A table of a file, to tell where its keys stand: the whole of it, or ``table`` that begins on line ``line``."""

    path: str
    text: str
    table: str = ""
    line: int = 0
    bounds: Bounds = Bounds("")

    @property
    def header(self) -> str:
        """File and line where the table begins."""
        return f"{self.path}:{self.line}" if self.line else self.of("")

    def override(self, number: int) -> _Place:
        """Return the place of an override."""
        wanted = f"{self._shared}.{OVERRIDES}".lstrip(".")
        heads = [(n, _HEADER.match(line)) for n, line in enumerate(self.text.splitlines(), 1) if "[[" in line]
        found = [n for n, head in heads if head and _bare(head.group(1)) == wanted]
        line = found[number] if number < len(found) else 0
        return self._replace(table=OVERRIDES, line=line)

    @property
    def _shared(self) -> str:
        return ".".join(_TABLE) if os.path.basename(self.path) == _SHARED else ""

    def of(self, key: str) -> str:
        """Return file and line of a key."""
        table = ".".join(part for part in (self._shared, self.table) if part)
        wanted = f"{table}.{key}".strip(".")
        header = table if self.line else ""
        for number, line in enumerate(self.text.splitlines()[self.line :], self.line + 1):
            if found := _HEADER.match(line):
                header = _bare(found.group(1))
                if header == wanted:
                    return f"{self.path}:{number}"
            elif "=" in line:
                whole = f"{header}.{_bare(line.partition('=')[0])}".lstrip(".")
                inside = wanted.startswith(f"{whole}.") and wanted.rpartition(".")[2] in line
                if whole == wanted or inside:
                    return f"{self.path}:{number}"
        return self.path


def _bare(name: str) -> str:
    """Return a name of TOML without what it may be dressed in."""
    return re.sub(r"[\"'\s]", "", name)


def _placed(key: Key, value: Any, bounds: Bounds) -> Any:
    """Make paths of a configuration file relative to it, and look that it may name them."""
    if key.kind == "path":
        return bounds.written(key.key, value) if value else value
    if key.kind == "reports":
        return tuple(bounds.report(key.key, each) for each in value)
    return tuple(bounds.read(key.key, each) for each in value) if key.kind == "paths" else value


def _check_version(top: _Place, wanted: object) -> None:
    if wanted is None:
        return
    from dedupe_cli import __version__  # noqa: PLC0415  only where it is asked for

    where = top.of("required-version")
    found = re.fullmatch(r"\s*(>=|==)?\s*(\d+(?:\.\d+)*)\s*", wanted) if isinstance(wanted, str) else None
    if found is None:
        raise SettingsError(f"{where}: required-version {wanted!r} is no version", hint='write ">=0.1" or "0.1.0"')
    have, need = (tuple(map(int, each.split("."))) for each in (__version__, found.group(2)))
    if have < need if found.group(1) == ">=" else have[: len(need)] != need:
        hint = "in a clone of that version: python -m pip install ."
        raise SettingsError(f"{where}: this is dedupe {__version__}, {wanted} is required", hint=hint)

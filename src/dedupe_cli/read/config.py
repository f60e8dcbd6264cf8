"""Configuration files: found, read, checked key by key; an error names file, line and the nearest valid key."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import Key, convert, keys
from dedupe_cli.read.load import read_bytes
from dedupe_cli.settings import nearest

# In the order in which one folder is looked through.
NAMES = (".dedupe.toml", "dedupe.toml", "pyproject.toml")
_SHARED, _TABLE = "pyproject.toml", ("tool", "dedupe-cli")
# More than any configuration has.
_LARGEST = 1 << 20
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?")


@dataclass(frozen=True, slots=True)
class Value:
    """One value and where it came from: ``dedupe.toml:4``, ``DEDUPE_KEEP``, ``--keep``, ``default``."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """One configuration file with all that it extends: values by key. ``path`` is empty where there is none."""

    path: str
    values: dict[str, Value]

    @property
    def folder(self) -> str:
        """The folder that its patterns and paths are relative to."""
        return (os.path.dirname(self.path) or ".") if self.path else "."


def find_config(folder: str) -> str | None:
    """Return the nearest configuration file in a folder and those above it, ``None`` without one."""
    at = os.path.abspath(folder)
    while True:
        for name in NAMES:
            path = os.path.join(at, name)
            if os.path.isfile(path) and (name != _SHARED or _has_table(path)):
                return path
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above


def user_config() -> str | None:
    """Return the user's own file, which holds where no project has one."""
    from platformdirs import user_config_dir  # noqa: PLC0415  20 ms; only where no file was found

    path = os.path.join(user_config_dir("dedupe-cli"), "dedupe.toml")
    return path if os.path.isfile(path) else None


def read_config(path: str, _seen: tuple[str, ...] = ()) -> Config:
    """Read a configuration file and what it extends.

    Raises :class:`SettingsError` with file and line for a key that is unknown or has a wrong value,
    :class:`~dedupe_cli.errors.ReadError` when it cannot be read.
    """
    real = os.path.realpath(path)
    if real in _seen:
        raise SettingsError(f"{path}: extends itself", hint="take one extend out of the circle")
    text, table = _table(path)
    _check_version(path, text, table.pop("required-version", None))
    values: dict[str, Value] = {}
    base = table.pop("extend", None)
    if base is not None:
        if not isinstance(base, str):
            raise SettingsError(f"{_at(path, text, 'extend')}: extend is no file name", hint='write extend = "file"')
        values |= read_config(os.path.join(os.path.dirname(path), base), (*_seen, real)).values
    for name, raw in _flat(path, text, table):
        key = keys()[name]
        where = _at(path, text, name)
        try:
            values[name] = Value(_placed(key, convert(key, raw), os.path.dirname(path)), where)
        except SettingsError as error:
            raise SettingsError(f"{where}: {error.message}", hint=error.hint) from None
    return Config(path, values)


def _table(path: str) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and the table that is ours."""
    try:
        text = read_bytes(path, _LARGEST).decode("utf-8-sig")
        table: Any = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not valid UTF-8 (byte {error.start})", hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line.group(1)}" if line else path
        raise SettingsError(f"{where}: {str(error).partition(' (at')[0].lower()}", hint="it is not TOML") from None
    if os.path.basename(path) == _SHARED:
        for name in _TABLE:
            table = table.get(name, {}) if isinstance(table, dict) else {}
    return text, dict(table) if isinstance(table, dict) else {}


def _has_table(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"dedupe-cli" in file.read(_LARGEST) and bool(_table(path)[1])
    except OSError:
        return False
    except SettingsError:  # not ours to complain about: it may be the file of another tool
        return False


def _flat(path: str, text: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return keys and raw values, tables taken apart; raises for an unknown key."""
    tables = {key.partition(".")[0] for key in keys() if "." in key}
    out = []
    for name, value in table.items():
        inner = value.items() if name in tables and isinstance(value, dict) else ()
        for key, raw in [(f"{name}.{each}", raw) for each, raw in inner] or [(name, value)]:
            if key not in keys() and not (key in tables and value == {}):
                where, known = _at(path, text, key), ["extend", "required-version", *keys()]
                raise SettingsError(f"{where}: unknown key {key!r}", hint=nearest(key.replace("_", "-"), known))
            if key in keys():
                out.append((key, raw))
    return out


def _at(path: str, text: str, key: str) -> str:
    """Return file and line of a key."""
    shared = ".".join(_TABLE) if os.path.basename(path) == _SHARED else ""
    wanted = f"{shared}.{key}".lstrip(".")
    header = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            header = found.group(1).replace('"', "").replace(" ", "")
            if header == wanted:
                return f"{path}:{number}"
        elif "=" in line:
            name = line.partition("=")[0].strip().replace('"', "").replace("'", "").replace(" ", "")
            whole = f"{header}.{name}".lstrip(".")
            inside = wanted.startswith(f"{whole}.") and f"{wanted.rpartition('.')[2]}" in line
            if whole == wanted or inside:
                return f"{path}:{number}"
    return path


def _placed(key: Key, value: Any, folder: str) -> Any:
    """Make paths of a configuration file relative to it."""
    if key.kind == "path":
        return os.path.join(folder, value) if value else value
    return tuple(os.path.join(folder, each) for each in value) if key.kind == "paths" else value


def _check_version(path: str, text: str, wanted: object) -> None:
    if wanted is None:
        return
    from dedupe_cli import __version__  # noqa: PLC0415  only where it is asked for

    where = _at(path, text, "required-version")
    found = re.fullmatch(r"\s*(>=|==)?\s*(\d+(?:\.\d+)*)\s*", wanted) if isinstance(wanted, str) else None
    if found is None:
        raise SettingsError(f"{where}: required-version {wanted!r} is no version", hint='write ">=0.1" or "0.1.0"')
    have, need = (tuple(map(int, each.split("."))) for each in (__version__, found.group(2)))
    if have < need if found.group(1) == ">=" else have[: len(need)] != need:
        hint = f'pip install "dedupe-cli{found.group(1) or "=="}{found.group(2)}"'
        raise SettingsError(f"{where}: this is dedupe {__version__}, {wanted} is required", hint=hint)

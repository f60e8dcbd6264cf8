"""The configuration as text: what holds and where it came from, a first file, the schema for editors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dedupe_cli.keys import LISTS, TABLES, Key, keys
from dedupe_cli.render.pieces import inert, plain

_TEXTS = {"type": "array", "items": {"type": "string"}}
_HEAD = """\
# Configuration of dedupe. The nearest file holds; dedupe config show says what holds in a folder, and why.
# What is commented out is the default.

"""
_OVERRIDES = """
# Other values for some files: patterns as in .gitignore; where several fit, the last one wins.
# [[overrides]]
# files = ["legal/**"]
# similarity = 95
"""


def shown(
    values: Mapping[str, tuple[Any, str]],
    overrides: Sequence[tuple[tuple[str, ...], str, Mapping[str, tuple[Any, str]]]] = (),
) -> str:
    """Return all keys and ``overrides`` (patterns, place, keys) with values and origins, as TOML with comments."""
    rows: list[tuple[str, str]] = []
    table = ""
    for key, (value, origin) in sorted(values.items(), key=lambda item: ("." in item[0], item[0])):
        head, _, name = key.rpartition(".")
        if head != table:
            rows += [("", ""), (f"[{head}]", "")]
            table = head
        rows.append((f"{name} = {_value(key, value)}" if value is not None else f"# {name} is not set", origin))
    for files, where, others in overrides:
        rows += [("", ""), ("[[overrides]]", where), (f"files = {toml(files)}", where)]
        rows += [(f"{key} = {_value(key, value)}", origin) for key, (value, origin) in others.items()]
    wide = min(max(len(row) for row, origin in rows if origin), 60)
    return "".join(
        f"{row.ljust(wide)}  # {plain(origin)}".rstrip(" #") + "\n" if origin else f"{row}\n" for row, origin in rows
    )


def _value(key: str, value: Any) -> str:
    kind = keys()[key].kind
    if kind in TABLES and not value:
        return "{}"
    return toml([{"paths": paths} for paths in value] if kind == "scopes" and value else value)


def first_file() -> str:
    """Return a file in which every key stands with its default and its meaning, commented out."""
    rows = [_HEAD]
    table = ""
    for key in sorted(keys().values(), key=lambda key: "." in key.key):  # tables come last in TOML
        head, _, name = key.key.rpartition(".")
        if head != table:
            rows.append(f"\n# [{head}]\n")
            table = head
        empty = "{}" if key.kind in TABLES else "..."
        default = toml(key.default) if key.default is not None and key.kind not in TABLES else empty
        choices = f" ({', '.join(key.choices)})" if key.choices else ""
        rows.append(f"# {key.help}{choices}\n# {name} = {default}\n")
    return "".join([*rows, _OVERRIDES])


def listed() -> list[tuple[str, str]]:
    """Return every key with its meaning."""
    return [(key.key, key.help + (f" ({', '.join(key.choices)})" if key.choices else "")) for key in keys().values()]


def toml(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        value = sorted(value)
    if isinstance(value, dict):
        return toml(tuple(value.items()))
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], tuple):
            return "{ " + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value) + " }"
        return "[" + ", ".join(toml(each) for each in value) + "]"
    if isinstance(value, str):
        return inert(json.dumps(value, ensure_ascii=False), _in_toml)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_toml(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:  # TOML has no name for half a character
        return char
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration."""
    properties: dict[str, Any] = {
        "extend": {"type": "string", "description": "Another configuration file that this one builds on."},
        "required-version": {"type": "string", "description": 'Version of dedupe that is needed, such as ">=0.1".'},
    }
    for key in keys().values():
        head, _, name = key.key.rpartition(".")
        if head:
            table = properties.setdefault(head, {"type": "object", "additionalProperties": False, "properties": {}})
            table["properties"][name] = _property(key)
        else:
            properties[name] = _property(key)
    properties["overrides"] = _overrides()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dedupe-cli:config:1",
        "title": "Configuration of dedupe",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _overrides() -> dict[str, Any]:
    """Return the schema of the tables that name files and the keys that are other there."""
    heads = {key.key.partition(".")[0] for key in keys().values() if key.each}
    row = {name: {"$ref": f"#/properties/{name}"} for name in sorted(heads)}
    patterns = {**_TEXTS, "minItems": 1, "description": "Patterns of the files, as in .gitignore."}
    return {
        "description": "Other values for some files; where several fit, the last one wins.",
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["files"],
            "properties": {"files": patterns, **row},
        },
    }


def _property(key: Key) -> dict[str, Any]:
    out: dict[str, Any] = {"description": key.help}
    if key.kind in LISTS:
        out |= (
            _TEXTS if not key.choices else {"type": "array", "items": {"enum": list(key.choices)}, "uniqueItems": True}
        )
    elif key.kind == "map":
        out |= {"type": "object", "additionalProperties": _TEXTS}
        return out
    elif key.kind == "types":
        out |= {"type": "object", "additionalProperties": {"enum": list(key.choices)}}
        return out
    elif key.kind == "scopes":
        row = {"type": "object", "additionalProperties": False, "required": ["paths"]}
        row["properties"] = {"name": {"type": "string"}, "paths": _TEXTS}
        out |= {"type": "array", "items": row}
        return out
    elif key.kind == "choice":
        out["enum"] = list(key.choices)
    elif key.kind in {"int", "float"}:
        out |= {"type": "integer" if key.kind == "int" else "number", "minimum": key.low, "maximum": key.high}
    elif key.kind == "size":
        out["oneOf"] = [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^[0-9.]+ ?([KMG]i?)?B?$"}]
    else:
        out["type"] = "boolean" if key.kind == "bool" else "string"
    if key.default is not None:
        out["default"] = _plain(key.default)
    return out


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value

"""A plan from JSON. The file may come from anywhere, so every field is checked before it is believed."""

from __future__ import annotations

import json
from functools import lru_cache

from dedupe_cli.errors import PlanError, SettingsError, StaleSourceError
from dedupe_cli.model import Plan, Source
from dedupe_cli.settings import make
from dedupe_cli.stored import EDIT, GROUP, HINT, NOTE, Node

SCHEMA_VERSION = 1
# In bytes. A plan holds what it removes, so it grows with its text; reading one takes about ten times its size.
LARGEST = 1 << 28


def read_plan(data: bytes, source: Source) -> Plan:
    """Read the plan that was made for ``source``.

    Raises :class:`PlanError` (with the place in the file) when it is damaged, of another version or does not
    fit into the text, :class:`StaleSourceError` when it was made for another text.
    """
    top = Node(_parse(data), "plan", (len(source.text), len(source.text)))
    if top.at("schema_version").integer() != SCHEMA_VERSION:
        version = top.at("schema_version").value
        raise PlanError(f"plan: schema_version {version}, not {SCHEMA_VERSION}", hint=HINT)
    digest, length = top.at("digest").text("[0-9a-f]{64}"), top.at("length").integer()
    if digest != source.digest or length != len(source.text):
        raise StaleSourceError(
            f"{source.path}: not the text that this plan was made for", hint="make the plan anew with --plan-out"
        )
    plan = Plan(
        digest,
        length,
        tuple(map(EDIT.read, top.at("edits").items())),
        tuple(map(GROUP.read, top.at("groups").items())),
        tuple(map(NOTE.read, top.at("notes").items())),
        _settings(top.at("settings")),
    )
    _check_edits(top, plan, source.text)
    return plan


def _parse(data: bytes) -> object:
    if len(data) > LARGEST:
        raise PlanError(f"plan: {len(data)} bytes are more than {LARGEST}", hint=HINT)
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise PlanError("plan: nested too deep", hint=HINT) from None
    except ValueError as error:  # not UTF-8, not JSON, a number of thousands of digits, a key twice
        raise PlanError(f"plan: not JSON ({error})", hint=HINT) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _check_edits(top: Node, plan: Plan, text: str) -> None:
    """Refuse edits that are out of order, of no group, or say of the text what does not stand there."""
    end = 0
    for node, edit in zip(top.at("edits").items(), plan.edits, strict=True):
        if node.at("removed").text() != edit.span.of(text):
            raise PlanError(f"{node.path}.removed is not what stands there in the text", hint=HINT)
        node.at("group").integer(-1, len(plan.groups) - 1)
        if edit.span.start < end:
            raise PlanError(f"{node.path}: begins before the edit before it ends", hint=HINT)
        end = edit.span.end


def _settings(node: Node) -> dict[str, object]:
    """Return the settings as they stand there, after they have passed the same checks as options."""
    if not isinstance(node.value, dict):
        raise node.wrong("an object")
    values = dict(node.value)
    for name in {"normalize", "fix", "remove_phrases"} & set(values):
        values[name] = [word.text() for word in node.at(name).items()]
    try:
        _check_settings(json.dumps(values))
    except (SettingsError, TypeError) as error:
        raise PlanError(f"{node.path}: {error}", hint=HINT) from None
    return dict(node.value)


@lru_cache(maxsize=16)
def _check_settings(values: str) -> None:
    """Check settings as JSON: of one run all plans have the same."""
    make(None, **json.loads(values))

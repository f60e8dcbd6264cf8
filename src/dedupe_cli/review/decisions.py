"""The file of decisions: what a person answered, by the content of what was asked.

The file has no paths, lines or times, is sorted, and has one entry a line, so that two branches merge. A question is
known by what all places of a group say and by what the program suggests: a text that changed asks again for what
changed, and for nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dedupe_cli.errors import SettingsError
from dedupe_cli.stored import keyed_json
from dedupe_cli.text.letters import bare

if TYPE_CHECKING:
    from dedupe_cli.model import Group, Source

VERSION = 1
# Where decisions are kept unless another file is named.
DEFAULT = ".dedupe-review.json"
# Characters of the kept text beside an entry, for people.
_NOTE = 40
_KEY, _ID, _RULE = re.compile(r"v\d+:[0-9a-f]{64}"), re.compile(r"[0-9a-f]{8}"), re.compile(r"[A-Z]\d{3}")


class Kind(StrEnum):
    """What a person may answer: what is suggested, all places stay, one place stays, or another text in its place."""

    ACCEPT = "accept"
    KEEP_ALL = "keep-all"
    KEEP_ONE = "keep-one"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``member``: of ``keep-one``, the place that stays, counted from 0; ``text``: of ``edit``.

    With ``edit`` the text is put in the place of the one that stays, and the others go.
    """

    kind: Kind
    member: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer with what people see of its question: the id of the group, its rule, the beginning of its text."""

    answer: Answer
    group: str
    rule: str
    note: str = ""


@dataclass(frozen=True)
class Decisions:
    """Answers by question. ``path`` is the file that they come from."""

    entries: dict[str, Entry] = field(default_factory=dict)
    path: str = ""

    def of(self, source: Source, group: Group) -> Answer | None:
        """Return the answer to the question of a group, if there is one that fits it."""
        entry = self.entries.get(question(source, group))
        return None if entry is None or entry.answer.member >= len(group.members) else entry.answer

    def with_answers(self, answers: Iterable[tuple[Source, Group, Answer | None]]) -> Decisions:
        """Return the same with other answers to some questions; with none, without an entry."""
        entries = dict(self.entries)
        for source, group, answer in answers:
            key = question(source, group)
            if answer is None:
                entries.pop(key, None)
            else:
                entries[key] = Entry(answer, group.id, group.rule, note(source, group))
        return Decisions(entries, self.path)

    def to_json(self) -> str:
        """Return the text of the file."""
        return keyed_json(VERSION, "decisions", {key: row_of(entry) for key, entry in self.entries.items()})


def question(source: Source, group: Group) -> str:
    """Return the key of what a group asks: a hash of what its places say, and of what is suggested for each."""
    parts = [str(group.kept)]
    for member in group.members:
        said = "".join(span.of(source.text) for span in member.spans)
        parts.append(f"{member.decision}:{bare(said)}")
    return "v1:" + hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def note(source: Source, group: Group) -> str:
    """Return the beginning of what a group says, on one line."""
    said = " ".join(group.members[group.kept].spans[0].of(source.text)[: 8 * _NOTE].split())
    return said[:_NOTE].encode("utf-8", "replace").decode("utf-8")


def row_of(entry: Entry) -> dict[str, object]:
    """Return an entry as it stands in the file."""
    answer = entry.answer
    row: dict[str, object] = {"answer": str(answer.kind)}
    row |= {"member": answer.member + 1} if answer.kind is Kind.KEEP_ONE else {}
    row |= {"text": answer.text} if answer.kind is Kind.EDIT else {}
    return row | {"group": entry.group, "rule": entry.rule, "note": entry.note}


def read_decisions(data: bytes, path: str) -> Decisions:
    """Read a file of decisions, every field checked; raises :class:`SettingsError` that names the file."""
    try:
        root: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        at = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SettingsError(f"{path}{at}: no decisions: it is not JSON", hint=_again(path)) from None
    if not isinstance(root, dict) or root.get("version") != VERSION or not isinstance(root.get("decisions"), dict):
        raise SettingsError(f"{path}: no decisions of version {VERSION}", hint=_again(path))
    return Decisions({key: _entry(key, row, path) for key, row in root["decisions"].items()}, path)


def _again(path: str) -> str:
    return f"dedupe review writes such files; put {path} back as it was, or move it away and decide again"


def _entry(key: str, row: Any, path: str) -> Entry:
    """Return one entry; what is not as the program writes it is an error: a decision must not be misread."""
    known = row if isinstance(row, dict) else {}
    kind, member, text = known.get("answer"), known.get("member", 1), known.get("text", "")
    group, rule, said = (known.get(name) for name in ("group", "rule", "note"))
    good = [
        _KEY.fullmatch(key),
        isinstance(kind, str) and kind in set(Kind),
        isinstance(text, str),
        isinstance(said, str),
        isinstance(member, int) and not isinstance(member, bool) and member >= 1,
        isinstance(group, str) and _ID.fullmatch(group),
        isinstance(rule, str) and _RULE.fullmatch(rule),
        ("member" in known) == (kind == Kind.KEEP_ONE),
        ("text" in known) == (kind == Kind.EDIT),
    ]
    if not all(good):
        raise SettingsError(f"{path}: decision {key[:20]!r} is damaged", hint=_again(path))
    return Entry(Answer(Kind(str(kind)), member - 1, text), str(group), str(rule), str(said))

"""Records that are compared with each other: read whole, matched in the order in which they come."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedupe_cli import api
from dedupe_cli.cli.between import Between, Compare
from dedupe_cli.records import Cleaned, Done, Job, Repeats, apart, finished

if TYPE_CHECKING:
    from dedupe_cli.model import AcrossPlan, Span
    from dedupe_cli.settings import Settings


@dataclass
class Held:
    """One file: its records with their texts cleaned, each for itself, and what each of them repeats."""

    path: str
    job: Job
    items: list[Cleaned]
    repeats: list[Repeats | None]

    def finished(self) -> Iterator[Done]:
        """Yield what becomes of the records."""
        for item, repeats in zip(self.items, self.repeats, strict=True):
            yield finished(item, self.job, repeats)


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a record: the file and the record it is of, its number there, what of it takes no part."""

    file: int
    record: int
    part: int
    result: api.Result
    marked: tuple[Span, ...]


def match(files: Sequence[Held], between: Between, settings: Settings, jobs: int) -> AcrossPlan:
    """Match the records of some files with each other, in the order of the names of the files; fill ``repeats``."""
    from dedupe_cli.across.roles import Role  # noqa: PLC0415
    from dedupe_cli.gate.ignore import ignored  # noqa: PLC0415
    from dedupe_cli.terms import Terms, wanted_between  # noqa: PLC0415  not for --help
    from dedupe_cli.text.spans import union  # noqa: PLC0415

    order = sorted(range(len(files)), key=lambda at: os.fsencode(files[at].path))
    texts = [text for at in order for text in _texts(at, files[at])]
    homes: dict[tuple[int, int], int] = {}
    scopes = between.scopes([held.path for held in files])
    terms = [files[text.file].job.terms or Terms() for text in texts]
    sources = [text.result.source for text in texts]
    roles = [
        Role(
            scope=scopes[text.file],
            home=homes.setdefault((text.file, text.record), len(homes)),
            ignored=union([*ignored(text.result.source, each.heed).marked, *text.marked]),
        )
        for text, each in zip(texts, terms, strict=True)
    ]
    plan, out = api.across(
        [text.result for text in texts],
        settings,
        roles=roles,
        least=between.least,
        many=Compare(settings, jobs),
        wanted=wanted_between(sources, terms),
    )
    _told(files, texts, plan, out)
    return plan


def _texts(at: int, held: Held) -> Iterator[_Text]:
    for number, item in enumerate(held.items):
        for part, (result, marked) in enumerate(apart(item, held.job)):
            yield _Text(at, number, part, result, marked)


def _told(files: Sequence[Held], texts: Sequence[_Text], plan: AcrossPlan, out: Sequence[api.Result]) -> None:
    """Say of each record of which something stands in earlier ones what is left of it, and which says most."""
    at = 0
    while at < len(texts):
        first = texts[at]
        held = files[first.file]
        results = held.items[first.record].results
        size = len(results)
        said: Counter[int] = Counter()
        for edit in (edit for mine in plan.edits[at : at + size] for edit in mine):
            said[edit.kept_in] += len(edit.span)
        if said:
            most = max(said, key=lambda other: (said[other], -other))
            total = sum(len(result.source.text) for result in results)
            name = _name(files, texts[most])
            held.repeats[first.record] = Repeats(tuple(out[at : at + size]), name, min(said.total() / total, 1.0))
        at += size


def _name(files: Sequence[Held], text: _Text) -> str | float:
    """Return what a record is called: by its own field, else its number, after its file where there are several."""
    held = files[text.file]
    item = held.items[text.record]
    if item.name is not None:
        return item.name
    number = item.record.number
    return number if len(files) == 1 else f"{held.job.path}:{number}"


def hold(path: str, job: Job, done: Iterator[list[Cleaned]]) -> Held:
    """Hold the records of a file; a text in which nothing goes is held once."""
    items = [_lean(item) for some in done for item in some]
    return Held(path, job, items, [None] * len(items))


def _lean(item: Cleaned) -> Cleaned:
    results = tuple(
        result if result.text != result.source.text else replace(result, text=result.source.text)
        for result in item.results
    )
    return replace(item, results=results)

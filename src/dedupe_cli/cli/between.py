"""Texts that are compared with each other: which of them, under which terms, in how many processes."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli import api
from dedupe_cli.api import Result
from dedupe_cli.cli import outputs
from dedupe_cli.cli.batch import in_order, processors
from dedupe_cli.errors import SettingsError
from dedupe_cli.language import _, counted, ngettext
from dedupe_cli.read.load import load
from dedupe_cli.settings import ACROSS_LENGTH, Settings, written
from dedupe_cli.text.letters import letters

if TYPE_CHECKING:
    from dedupe_cli.across.pair import Pair
    from dedupe_cli.across.roles import Role
    from dedupe_cli.cli.inputs import Tasks
    from dedupe_cli.model import AcrossPlan, Edit, Source
    from dedupe_cli.read.project import Effective, Project

# So many files are named of those that lose text to others.
_FILES = 8
# From this share on a file may be asked to be deleted.
_NEARLY = 0.9
# Pairs that one process compares at a time, and from how many on a second process is worth its start.
_CHUNK, _WORTH_IT = 50, 600


class Between(NamedTuple):
    """What is compared with what: every text with every other one, or each with the references only."""

    across: bool
    references: frozenset[str]
    trees: tuple[tuple[str, ...], ...] = ()
    folder: str = "."
    least: float = ACROSS_LENGTH

    @classmethod
    def of(cls, effective: Effective) -> Between | None:
        """Return what a configuration asks for, ``None`` when texts are not compared. Raises :class:`SettingsError`."""
        policy = effective.policy
        if not policy.across and not policy.reference:
            return None
        if effective.settings.unit in {"line", "sentence"}:
            flag = "--across" if policy.across else "--reference"
            raise SettingsError(f"{flag} compares paragraphs", hint=f"leave --unit {effective.settings.unit} out")
        asked = effective.values["min-length"].origin != "default"
        least = float(effective.settings.min_length if asked else ACROSS_LENGTH)
        return cls(policy.across, frozenset(policy.reference), policy.scopes, effective.folder, least)

    def roles(self, names: Sequence[str], project: Project) -> list[Role]:
        """Return how texts stand among each other, those of the references among them."""
        from dedupe_cli.across.roles import Role, ranked  # noqa: PLC0415  only where texts are compared

        ranks = ranked(names, (project.of(name).rank(name) for name in names))
        return [
            Role(name in self.references, project.of(name).protects(name), rank, scope)
            for name, rank, scope in zip(names, ranks, self.scopes(names), strict=True)
        ]

    def scopes(self, paths: Sequence[str]) -> list[str]:
        """Name for each text the tree whose texts are not compared with those of another one."""
        from dedupe_cli.read.ignored import Patterns  # noqa: PLC0415  only where there are scopes

        if not self.across:
            return ["" if path in self.references else f"text {at}" for at, path in enumerate(paths)]
        found = [Patterns(self.folder, lines) for lines in self.trees]
        whole = [os.path.abspath(path) for path in paths]
        return [next((f"tree {at}" for at, tree in enumerate(found) if tree.match(path)), "") for path in whole]


# A text that loses so much of its letters because of others is told, and left as it is unless somebody says otherwise.
MOST = 0.5


class Whole(NamedTuple):
    """A file that would lose most of itself (``share``) because of another one, or of ``several`` beside that."""

    path: str
    other: str
    share: float
    equal: bool = False
    several: bool = False


def matched(
    results: Sequence[Result], wanted: Between, tasks: Tasks, jobs: int, *, whole_files: bool = True
) -> tuple[AcrossPlan, list[Result], list[Whole]]:
    """Match the results of several texts with each other and with the references; return them as they are then.

    Without ``whole_files``, a text that would lose most of itself, other than to references, stays as it is, and takes
    no part: nothing goes because of it either. These are returned, too. Raises what
    :func:`~dedupe_cli.read.load.load` raises of a reference.
    """
    from dedupe_cli.gate.ignore import ignored  # noqa: PLC0415
    from dedupe_cli.model import Plan, Span  # noqa: PLC0415
    from dedupe_cli.terms import Terms, wanted_between  # noqa: PLC0415  not for --help

    mine = {result.source.path for result in results}
    whole = [
        load(path, tasks.decoding(tasks.project.of(path)), kind=tasks.kind_of(path))
        for path in wanted.references - mine
    ]
    every = [*results, *(Result(each, Plan(each.digest, len(each.text)), each.text) for each in whole)]
    every.sort(key=lambda result: os.fsencode(result.source.path))
    names = [result.source.path for result in every]
    terms = [tasks.task(name).terms or Terms() for name in names]
    sources = [result.source for result in every]
    settings = tasks.project.at(".").settings
    roles = [
        replace(role, ignored=ignored(source, each.heed).marked)
        for role, source, each in zip(wanted.roles(names, tasks.project), sources, terms, strict=True)
    ]
    left: list[Whole] = []
    match = partial(
        api.across,
        every,
        settings,
        least=wanted.least,
        many=Compare(settings, jobs),
        wanted=wanted_between(sources, terms),
    )
    while True:
        plan, out = match(roles=roles)
        own = [[e for e in edits if e.kept_in < 0 or not roles[e.kept_in].stays] for edits in plan.edits]
        parts = [] if whole_files else [_whole(sources, at, edits) for at, edits in enumerate(own)]
        found = [(at, one) for at, one in enumerate(parts) if one is not None]
        if not found:
            return plan, [result for result in out if result.source.path in mine], left
        left += [one for _, one in found]
        for at, _one in found:
            roles[at] = replace(roles[at], ignored=(Span(0, len(sources[at].text)),))


def _whole(sources: Sequence[Source], at: int, edits: Sequence[Edit]) -> Whole | None:
    """Tell whether most of a text goes, and of which other one it is a copy, or where most of that stands."""
    from dedupe_cli.across.roles import plain_name  # noqa: PLC0415  only between texts

    text, gone = sources[at].prose, Counter[int]()
    for edit in edits:
        gone[edit.kept_in] += len(letters(edit.span.of(text)))
    size = max(len(letters(text)), 1)
    if gone.total() <= MOST * size:
        return None
    name = plain_name(sources[at].path)
    same = [n for n, each in enumerate(sources) if each.prose == text and (n in gone or each.path == name) and n != at]
    if same:
        other = min(same, key=lambda n: (sources[n].path != name, n))
        return Whole(sources[at].path, sources[other].path, 1.0, equal=True)
    other = gone.most_common(1)[0][0]
    return Whole(sources[at].path, sources[other].path, gone.total() / size, several=gone[other] < gone.total())


def lose_most(before: Sequence[Result], after: Sequence[Result]) -> bool:
    """Tell whether a text lost most of itself to others: ``clean`` leaves such a file as it is, unless told."""
    own = {result.source.path: len(letters(result.text)) for result in before}
    return any(len(letters(each.text)) < (1 - MOST) * own[each.source.path] for each in after)


def told_whole(whole: Sequence[Whole], options: str, named: str) -> list[str]:
    """Say which files are, or are nearly all in, others, the surest first, and what would take them out."""
    lines = []
    for one in sorted(whole, key=lambda each: (-each.share, each.path))[:_FILES]:
        path, other = outputs.shown(one.path), outputs.shown(one.other)
        other = _("{file} and others", file=other) if one.several else other
        part = f"{int(100 * one.share)} %"
        told = [
            _("{file} is {other}", file=path, other=other) if one.equal
            else _("{file} stands to {share} in {other}", file=path, share=part, other=other)
        ]  # fmt: skip
        told += [_("delete it? {command}", command=f"rm {shlex.quote(one.path)}")] if one.share >= _NEARLY else []
        lines.append(_("; ").join(told))
    if whole:
        told = [_("{files} like that", files=counted(len(whole) - _FILES, "more file"))] if len(whole) > _FILES else []
        told.append(ngettext("this file was left as it is", "these files were left as they are", len(whole)))
        command = f"dedupe clean -w{options} --whole-files {named}"
        it, they = "{command} takes out what it repeats", "{command} takes out what they repeat"
        lines.append(_("; ").join([*told, ngettext(it, they, len(whole), command=command)]))
    return lines


def losses(before: Sequence[Result], after: Sequence[Result]) -> list[str]:
    """Say which files lose how much to others, the one that loses most first."""
    from dedupe_cli.render.phrases import share  # noqa: PLC0415  only between texts

    own = {result.source.path: len(result.text) for result in before}
    rows = [(own[r.source.path] - len(r.text), own[r.source.path], r.source.path) for r in after]
    lost = sorted((-gone, path, size) for gone, size, path in rows if gone > 0)
    lines = [
        _("{file} loses {share} of its text, said in others", file=outputs.shown(path), share=share(-gone, size))
        for gone, path, size in lost[:_FILES]
    ]
    return (
        [*lines, _("{files} lose less", files=counted(len(lost) - _FILES, "more file"))]
        if len(lost) > _FILES
        else lines
    )


@dataclass
class Compare:
    """Compares pairs of paragraphs, in several processes where there are many; ``cache`` is a folder, or empty."""

    settings: Settings
    jobs: int
    cache: str = ""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Pair]:
        """Return what the later paragraph of each pair repeats of the earlier one."""
        if not self.cache:
            return self._compared(pairs)
        from dedupe_cli.across.pair import pair_json, read_pair  # noqa: PLC0415  not for --help
        from dedupe_cli.cache import key, opened  # noqa: PLC0415

        store = opened(self.cache)
        assert store is not None
        places = [key("pair", *pair, written(self.settings)) for pair in pairs]
        known: list[Pair | None] = []
        for (kept, copy), place in zip(pairs, places, strict=True):
            data = store.get(place)
            known.append(None if data is None else read_pair(data, len(kept), len(copy)))
        made = iter(self._compared([pair for pair, found in zip(pairs, known, strict=True) if found is None]))
        out: list[Pair] = []
        for place, found in zip(places, known, strict=True):
            out.append(found or next(made))
            if found is None:
                store.put(place, "pair", pair_json(out[-1]))
        return out

    def _compared(self, pairs: Sequence[tuple[str, str]]) -> list[Pair]:
        workers = self.jobs or processors()
        if workers < 2 or len(pairs) < _WORTH_IT:
            return compare_all((self.settings, pairs))
        rows = [(self.settings, pairs[at : at + _CHUNK]) for at in range(0, len(pairs), _CHUNK)]
        found = in_order(compare_all, rows, min(workers, len(rows)), lambda _: "comparing files")
        return [pair for some in found for pair in some]


def compare_all(row: tuple[Settings, Sequence[tuple[str, str]]]) -> list[Pair]:
    """Compare some pairs under the settings that stand before them."""
    from dedupe_cli.across.pair import compare  # noqa: PLC0415  the engine

    settings, pairs = row
    return [compare(kept, copy, settings) for kept, copy in pairs]

r"""The library: everything that the command line can do, without printing.

    >>> from dedupe_cli import clean
    >>> clean("The very same sentence stands here, said for the first time.\n\n" * 2)
    'The very same sentence stands here, said for the first time.\n\n'

A text is a ``str``, or a :class:`Source` as :func:`load` makes it from a file. Options are those of
:class:`~dedupe_cli.settings.Settings`, plus ``preset``; all are keywords.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from dedupe_cli.apply.write import write_file
from dedupe_cli.errors import DedupeError, LawError, SettingsError, StaleSourceError, WriteError
from dedupe_cli.read.decode import Decoding, codec_name, newline_style
from dedupe_cli.read.load import encode, load, read_again
from dedupe_cli.settings import ACROSS_LENGTH, Options, Preset, Settings, make
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    import os

    from dedupe_cli.across.roles import Role
    from dedupe_cli.across.run import Compare
    from dedupe_cli.model import AcrossPlan, Edit, Group, Plan, Source
    from dedupe_cli.terms import Terms

    Text = str | Source
    Progress = Callable[[str, int, int], None]


__all__ = [
    "Decoding", "Result", "across", "apply_plan", "clean", "clean_file", "find", "load", "plan", "run",
    "tracked", "write_back",
]  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What became of one text: the source, the plan, the output.

    ``track``: a Word document gets its edits as revisions, to be accepted or rejected.
    """

    source: Source
    plan: Plan
    text: str
    to_encoding: str = ""
    track: bool = False

    @property
    def changed(self) -> bool:
        """True when the output differs from the source."""
        return self.text != self.source.text or (bool(self.to_encoding) and self._is_recoded)

    @property
    def decided(self) -> int:
        """Number of edits that nothing proves: a person decided that they are made."""
        from dedupe_cli.model import Safety  # noqa: PLC0415  not for --help

        return sum(edit.safety is Safety.UNSAFE for edit in self.plan.edits)

    @property
    def _is_recoded(self) -> bool:
        file, edits = self.lowered
        return self.data != encode(file, rewrite(file.text, edits))

    @cached_property
    def lowered(self) -> tuple[Source, tuple[Edit, ...]]:
        """The file as a text, and the edits of it; those of the plan when the text is the whole file."""
        if self.source.container is None:
            return self.source, self.plan.edits
        if self.track:
            from dedupe_cli.read.formats.word.document import tracked  # noqa: PLC0415  only for Word documents

            return tracked(self.source, self.plan.edits)
        return self.source.container.lower(self.source, self.plan.edits)

    @cached_property
    def data(self) -> bytes:
        """The new file as bytes, in the encoding of the old one and with its byte order mark, or in ``to_encoding``."""
        file, edits = self.lowered
        text = rewrite(file.text, edits)
        return recode(file, text, self.to_encoding) if self.to_encoding else encode(file, text)

    @property
    def transcript(self) -> bytes:
        """The text alone, without the file that it was taken out of."""
        return encode(self.source, self.text)


def clean(
    text: Text, *, progress: Progress | None = None, preset: Preset | None = None, **options: Unpack[Options]
) -> str:
    """Return the text that says everything once.

    Raises :class:`~dedupe_cli.errors.SettingsError` for an unknown option or value.
    """
    return run(_source(text), make(preset, **options), progress=progress).text


def plan(
    text: Text, *, progress: Progress | None = None, preset: Preset | None = None, **options: Unpack[Options]
) -> Plan:
    """Return what would be done to a text, and why: edits, groups, notes. Nothing is changed."""
    return _make_plan(_source(text), make(preset, **options), progress)


def find(
    text: Text, *, progress: Progress | None = None, preset: Preset | None = None, **options: Unpack[Options]
) -> list[Group]:
    """Return the repeats of a text, those that are held back included, in text order."""
    return list(plan(text, progress=progress, preset=preset, **options).groups)


def apply_plan(text: Text, plan: Plan, *, trust: bool = False) -> str:
    """Apply a plan to the text that it was made for; ``trust`` takes what it calls unsafe as your own decision.

    Raises :class:`~dedupe_cli.errors.StaleSourceError` when it was made for another text,
    :class:`~dedupe_cli.errors.LawError` when it would lose something, and
    :class:`~dedupe_cli.errors.PlanError` when it holds unsafe edits and is not trusted.
    """
    return apply_given(_source(text), plan, trust=trust).text


def clean_file(
    path: str | os.PathLike[str],
    *,
    encoding: str | Decoding | None = None,
    kind: str | None = None,
    write: bool = False,
    backup: str = "",
    undo: bool = False,
    track_changes: bool = False,
    preset: Preset | None = None,
    **options: Unpack[Options],
) -> Result:
    """Clean one file; with ``write`` it is replaced, atomically and only if something changes.

    ``encoding`` is a codec's name (by default: byte order mark, UTF-8, else a guess that is sure), ``kind`` the
    format, as ``--type`` takes it (by default: by the name); ``backup`` a suffix for a copy
    of the old file; ``undo`` records what goes for ``dedupe undo``; ``track_changes`` writes the edits of a Word
    document as revisions. Raises errors of
    :mod:`dedupe_cli.errors`; the file is then as it was.
    """
    result = run(load(path, encoding, kind=kind), make(preset, **options))
    result = tracked(result) if track_changes else result
    if write and result.changed:
        write_back(result, backup=backup, undo=undo)
    return result


def run(
    source: Source,
    settings: Settings,
    *,
    terms: Terms | None = None,
    progress: Progress | None = None,
    asks: bool = False,
) -> Result:
    """Plan, apply and prove: one text through the whole program.

    ``terms`` say what is left out; with ``asks`` the plan tells of what stays why it does (``rejections``).
    """
    if terms is None:
        return apply(source, _make_plan(source, settings, progress, asks=asks))
    from dedupe_cli.terms import plan_under  # noqa: PLC0415  only under a configuration

    return apply(source, plan_under(source, settings, terms, progress, asks=asks))


def apply(source: Source, plan: Plan) -> Result:
    """Apply a plan to a source and prove the result before anybody sees it."""
    if plan.digest != source.digest or plan.length != len(source.text):
        raise StaleSourceError(
            f"{source.path}: not the text that this plan was made for", hint="make the plan anew with --plan-out"
        )
    from dedupe_cli.apply.verify import verify  # noqa: PLC0415  not for --help

    prose = rewrite(source.prose, plan.edits)
    verify(source.prose, plan, prose, _within)
    return _proved(Result(source, plan, rewrite(source.text, plan.edits)), prose)


def apply_given(source: Source, plan: Plan, *, trust: bool = False, terms: Terms | None = None) -> Result:
    """Apply a plan that was made under ``terms``; every edit is proved anew, but for those that are a decision."""
    from dedupe_cli.proving import prove  # noqa: PLC0415  the engine: not for --help

    def again(settings: Settings) -> Plan:
        return run(source, settings, terms=terms).plan

    result = apply(source, plan)
    prove(source, plan, again, trust=trust)
    return result


def tracked(result: Result) -> Result:
    """Return a result whose file has its edits as revisions, each with a comment that says why (Word documents).

    Raises :class:`~dedupe_cli.errors.SettingsError` for any other file.
    """
    source = result.source
    if source.format != "docx":
        name = "standard input" if source.path == "-" else source.path
        raise SettingsError(f"{name}: no Word document: it has no revisions", hint="leave --track-changes out")
    made = replace(result, track=True)
    if made.changed:
        _check_container(made, rewrite(source.prose, made.plan.edits))
    return made


def across(
    results: Sequence[Result],
    settings: Settings,
    *,
    roles: Sequence[Role] | None = None,
    least: float = ACROSS_LENGTH,
    many: Compare | None = None,
    wanted: Callable[[Sequence[Group]], Sequence[bool]] | None = None,
) -> tuple[AcrossPlan, list[Result]]:
    """Match several texts, each cleaned within itself, with each other.

    Returns what was found, and the results as they are when what stands in an earlier text goes, proved. ``results``
    are in the order of their paths: the first text keeps what it says, unless their ``roles`` say otherwise.
    ``least`` is the shortest repeat in units. ``many`` compares pairs of paragraphs, in several processes for instance.
    ``wanted`` tells of all groups whether their copies go.
    """
    from dedupe_cli.across.roles import EQUAL  # noqa: PLC0415
    from dedupe_cli.across.run import cleaned, joined, match_cleaned, only  # noqa: PLC0415  the engine: not for --help
    from dedupe_cli.apply.verify import verify_across  # noqa: PLC0415  only here

    given = [
        replace(cleaned(result.source, result.plan, role.ignored), role=role)
        for result, role in zip(results, roles or [EQUAL] * len(results), strict=True)
    ]
    found = match_cleaned(given, settings, least, many)
    if wanted is not None:
        found = only(found, wanted)
    texts = [rewrite(item.text, mine) for item, mine in zip(given, found.edits, strict=True)]
    verify_across([item.text for item in given], found.edits, texts)
    out = []
    for result, mine, text in zip(results, found.plan.edits, texts, strict=True):
        out.append(_joined(result, joined(result.plan, mine), text) if mine else result)
    return found.plan, out


def _joined(result: Result, plan: Plan, prose: str) -> Result:
    """Return a result with the edits that other texts are the reason for, fitted to its file and proved."""
    source = result.source
    if source.container is not None:
        plan = source.container.settle(source, plan)
        prose = rewrite(source.prose, plan.edits)
    elif rewrite(source.prose, plan.edits) != prose:
        raise LawError(
            f"{source.path}: the edits do not lead to the cleaned text",
            hint="nothing was written; please report the texts and this message",
        )
    return _proved(replace(result, plan=plan, text=rewrite(source.text, plan.edits)), prose)


def write_back(result: Result, *, backup: str = "", undo: bool = False) -> None:
    """Replace the file that a result came from; it must still be the one that was read.

    With ``undo``, what goes is recorded first, so that ``dedupe undo`` can put it back; when that is not
    possible, :class:`~dedupe_cli.errors.WriteError` is raised and nothing goes.
    """
    source = result.source
    if not undo:
        write_file(source.path, result.data, digest=source.digest, backup=backup)
        return
    from dedupe_cli.apply.undo import forget, record  # noqa: PLC0415  not for --help

    place = record(*result.lowered, result.data, decided=result.decided)
    try:
        write_file(source.path, result.data, digest=source.digest, backup=backup)
    except DedupeError:  # the file is as it was; after a signal it may be either, and the record stays
        forget(place)
        raise


def read_plan(data: bytes, source: Source) -> Plan:
    """Read a plan (JSON, as :func:`plan_json` writes it) that was made for ``source``, every field checked.

    Raises :class:`~dedupe_cli.errors.PlanError`, :class:`~dedupe_cli.errors.StaleSourceError` for another
    text.
    """
    from dedupe_cli.read.plan import read_plan as read  # noqa: PLC0415  only for stored plans

    return read(data, source)


def plan_json(plan: Plan, source: Source) -> str:
    """Return a plan as JSON, removed text included; the same plan gives the same text."""
    from dedupe_cli.render.plan import plan_json as render  # noqa: PLC0415  only for stored plans

    return render(plan, source)


def recode(source: Source, text: str, encoding: str) -> bytes:
    """Encode a text in another encoding than that of its source; ``utf-8-sig``, ``utf-16`` and ``utf-32`` write a mark.

    Raises :class:`~dedupe_cli.errors.SettingsError` for an unknown encoding,
    :class:`~dedupe_cli.errors.WriteError` when it has no such character.
    """
    codec = codec_name(encoding, flag="--to-encoding")
    try:
        return text.encode(codec)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        char = f"U+{ord(text[error.start]):04X}"
        raise WriteError(
            f"{source.path}: {encoding} has no {char} (line {line})", hint="--to-encoding utf-8 has all characters"
        ) from None


def _source(text: Text) -> Source:
    from dedupe_cli.model import Source  # noqa: PLC0415  not for --help

    if isinstance(text, Source):
        return text
    if not isinstance(text, str):
        raise TypeError(f"a text is a str or a Source, not {type(text).__name__}")
    return replace(Source.of("text", text), newline=newline_style(text))


def _make_plan(source: Source, settings: Settings, progress: Progress | None, *, asks: bool = False) -> Plan:
    from dedupe_cli.pipeline import make_plan, silent  # noqa: PLC0415  the engine loads numpy: not for --help

    return make_plan(source, settings, progress or silent, asks=asks)


def _within(rule: str, gone: str, new: str, letters: Callable[[str], str]) -> bool:
    from dedupe_cli.cleaners.run import within  # noqa: PLC0415  only for plans with cleaners' edits

    return within(rule, gone, new, letters)


def _proved(result: Result, prose: str) -> Result:
    """Return a result whose file, if it changes, can hold it."""
    source = result.source
    if result.changed and (source.encoding, source.errors) != ("utf-8", "strict"):
        _check_bytes(result)
    if result.changed and source.container is not None:
        _check_container(result, prose)
    return result


def _check_bytes(result: Result) -> None:
    """Prove that the bytes say what the text says: some codecs join characters into one code."""
    file, edits = result.lowered
    if result.data[len(file.bom) :].decode(file.encoding, file.errors) != rewrite(file.text, edits):
        raise LawError(
            f"{file.path}: {file.encoding} cannot hold the result",
            hint="nothing was written; convert the text to UTF-8 first",
        )


def _check_container(result: Result, prose: str) -> None:
    """Prove that the new file, read like the old one, has the prose that was planned."""
    source = result.source
    if read_again(source, result.data).prose != prose:
        raise LawError(
            f"{source.path}: the result is no longer the same {source.format}",
            hint="nothing was written; --type text cleans it as plain text",
        )

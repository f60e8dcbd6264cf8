"""What ``check`` reports: findings that may span files, and the report that holds them all.

Above the plan: a plan is bound to one text and counts code points; a finding names places (path, line, column,
byte) of one or several texts, so that every output format can say it in its own unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from dedupe_cli.errors import DecodeError, DedupeError, ReadError
from dedupe_cli.model import Decision, Evidence, Part, Reason, Source

if TYPE_CHECKING:
    from dedupe_cli.text.position import LineTable, Point


class Severity(IntEnum):
    """How much a finding matters: ordered, so that one comparison decides what ``--fail-level`` lets fail."""

    NOTE = 0
    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word used in options and reports."""
        return self.name.lower()


class Status(StrEnum):
    """Whether a finding counts: new, accepted by the baseline, or hidden by a marker."""

    NEW = "new"
    BASELINED = "baselined"
    SUPPRESSED = "suppressed"


class Applicability(StrEnum):
    """How sure the edits of a finding are; ``none`` when it has none."""

    EXACT = "exact"
    SIMILAR = "similar"
    UNSAFE = "unsafe"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """One member of a finding: where it stands, what it says, what becomes of it.

    ``end`` is exclusive; ``similarity`` is the percentage of equal folded characters against the kept member.
    ``part`` is the piece of the file that it lies in, ``last`` the one in which it ends when that is another; where
    the file is no text, ``start`` counts in the text of ``part`` and ``end`` in that of the last one. ``unit`` is what
    it covers as a whole: ``paragraph``, ``line``, ``sentence``, or a ``passage`` inside of one.
    """

    path: str
    start: Point
    end: Point
    text: str
    decision: Decision = Decision.KEEP
    similarity: float = 100.0
    part: Part | None = None
    last: Part | None = None
    unit: str = "passage"

    @property
    def in_lines(self) -> bool:
        """True when the file is a text, so that a line and a column can be named."""
        return self.part is None or self.part.text is None

    @property
    def line(self) -> int:
        """The line; of a file that has none the number of the part, for formats that know nothing but lines."""
        return self.start.line if self.part is None or self.in_lines else self.part.number

    @property
    def last_line(self) -> int:
        """The line, or part, of the end."""
        return self.end.line if self.part is None or self.in_lines else (self.last or self.part).number

    @property
    def row(self) -> int:
        """The number beside its words: a line of the file, or of the text of a record; a paragraph."""
        return self.part.number if self.part and self.part.kind == "paragraph" else self.start.line

    @property
    def where(self) -> str:
        """The words for a place: ``line 14`` (in a record: of its text), ``cue 12 at 00:01:03``, ``paragraph 4``."""
        return self.part.label if self.part and self.part.kind != "record" else f"line {self.start.line}"

    @property
    def stands(self) -> str:
        """The file with the line in it, or what it has in the place of lines: ``a.md:14``, ``a.docx:paragraph 4``."""
        return f"{self.path}:{self.start.line if self.in_lines else self.where}"

    @property
    def address(self) -> str:
        """The file with the place in it: ``a.md:14:3``, ``a.docx:paragraph 4``, ``a.jsonl:2``; as it is called."""
        if self.in_lines:
            return f"{self.path}:{self.start.line}:{self.start.column}"
        return f"{self.path}:{self.line if self.part and self.part.kind == 'record' else self.where}"

    @property
    def label(self) -> str:
        """The part of the file: ``cue 12 at 00:01:03``, ``paragraph 4``, ``text, line 3``, or nothing."""
        if self.part and self.part.kind == "record":
            return f"{self.part.field}, line {self.start.line}"
        return self.part.label if self.part else ""

    @property
    def order(self) -> tuple[str, int, int, int]:
        """Where it stands among others."""
        return (self.path, *_counted(self.part, self.start), self.end.char)

    def overlaps(self, change: Change) -> bool:
        """Tell whether a change touches this place."""
        if self.path != change.path:
            return False
        begins, ends = _counted(self.part, self.start), _counted(self.last or self.part, self.end)
        return _counted(change.part, change.start) < ends and begins < _counted(change.part, change.end)


def _counted(part: Part | None, point: Point) -> tuple[int, int]:
    """Return a place so that later ones are greater."""
    return (part.number if part is not None and part.text is not None else 0, point.char)


@dataclass(frozen=True, slots=True)
class Change:
    """One edit that would settle a finding: replace ``start..end`` of a file by ``replacement``.

    ``digest`` is the SHA-256 of the bytes that the file must have for the edit to fit. Where the file is no text,
    both count in the text of ``part``.
    """

    path: str
    start: Point
    end: Point
    replacement: str
    digest: str
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A group, a held-back pair, a note or a cleaner's edit, as ``check`` reports it.

    ``members[kept]`` stays; members are in order of path and position and may lie in several files.
    ``fingerprint`` is a content hash without positions (``v1:`` and 64 hexadecimal digits), ``known_by`` the text by
    which a baseline knows it again when that is corrected (empty: it does not); ``differences`` are hashes
    of what the members say differently, where that is why nothing goes. ``pieces`` are the
    findings that it is made of, when it is a passage told in one: a baseline has an entry for each. ``evidence`` is
    that of the group, ``rank`` what speaks for and against telling it first (log odds, their sum first). ``quote`` is
    the beginning of what it is about; ``page``: it is about whole files; ``asked``: a project asked for this kind of
    finding, and no score decides on it; ``told_at`` is the index of the member at which it is reported, where that is
    not the first beside the kept one.
    """

    rule: str
    severity: Severity
    message: str
    fingerprint: str
    members: tuple[Place, ...]
    kept: int = 0
    status: Status = Status.NEW
    applicability: Applicability = Applicability.NONE
    unsafe_reasons: tuple[Reason, ...] = ()
    similarity: tuple[float, float] = (100.0, 100.0)
    edits: tuple[Change, ...] = ()
    known_by: str = ""
    differences: tuple[str, ...] = ()
    evidence: Evidence = ()
    pieces: tuple[Finding, ...] = ()
    rank: Evidence = ()
    quote: str = ""
    page: bool = False
    asked: bool = False
    told_at: int | None = None

    @property
    def score(self) -> float:
        """The log odds by which it is ranked; 0 for what is none to rank: notes and edits of cleaners."""
        return self.rank[0][1] if self.rank else 0.0

    @property
    def said(self) -> str:
        """The message with the words that it is about."""
        return f'{self.message}: "{self.quote}"' if self.quote else self.message

    @property
    def by_rank(self) -> tuple[float, bool, float, tuple[tuple[str, int, int, int], str, str]]:
        """Where it stands among others when the surest come first; what has no rank comes behind what has one."""
        return (-self.severity, not self.rank, -self.score, self.order)

    @property
    def every(self) -> tuple[Finding, ...]:
        """The pieces, or the finding itself where it has none."""
        return self.pieces or (self,)

    def moved(self, place: Callable[[Place], Place], change: Callable[[Change], Change]) -> Finding:
        """Return the finding with other places and edits, in its pieces too."""
        return replace(
            self,
            members=tuple(map(place, self.members)),
            edits=tuple(map(change, self.edits)),
            pieces=tuple(piece.moved(place, change) for piece in self.pieces),
        )

    def marked(self, status: Status) -> Finding:
        """Return the finding with another status, its pieces too."""
        return replace(self, status=status, pieces=tuple(piece.marked(status) for piece in self.pieces))

    @property
    def id(self) -> str:
        """First eight hexadecimal digits of the fingerprint."""
        return self.fingerprint.partition(":")[2][:8]

    @property
    def place(self) -> Place:
        """Where the finding is reported: the first member beside the kept one, else that one; or as it was said."""
        if self.told_at is not None:
            return self.members[self.told_at]
        return next((m for i, m in enumerate(self.members) if i != self.kept), self.members[self.kept])

    @property
    def copies(self) -> tuple[Place, ...]:
        """The members beside the kept one."""
        return tuple(m for i, m in enumerate(self.members) if i != self.kept)

    @property
    def order(self) -> tuple[tuple[str, int, int, int], str, str]:
        """Where it stands among others: by path and position, then by rule and content."""
        return (self.place.order, self.rule, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of rules: what a code is called, whether it is on, what its page says.

    ``what``, ``why`` and ``accept`` are paragraphs of the page; ``examples`` are texts whose findings are known: each
    is a test. Of many findings of ``quiet`` rules people are told the number only, unless they ask for them.
    """

    code: str
    name: str
    title: str
    severity: Severity
    enabled: bool
    what: str
    why: str
    accept: str
    examples: tuple[Example, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what ``check`` reports of it: the codes, ``after`` (what ``clean`` makes of it) when it is given."""

    name: str
    text: str
    codes: tuple[str, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One input: what was read, or why it was not (``skipped``).

    ``encoding_source`` is how its encoding is known: ``mark`` (of byte order), ``utf-8`` (it is no other), ``guess``,
    ``asked`` (somebody named it).
    """

    path: str
    digest: str = ""
    encoding: str = ""
    newline: str = ""
    lines: int = 0
    chars: int = 0
    skipped: str = ""
    encoding_source: str = ""

    @classmethod
    def of(cls, source: Source, table: LineTable) -> FileRecord:
        """Return the record of a text that was read; ``table`` has the lines of its file."""
        known = (
            "guess" if source.guessed else "mark" if source.bom else "utf-8" if source.encoding == "utf-8" else "asked"
        )
        size = (table.count, len(table.text))
        return cls(source.path, source.digest, source.encoding, source.newline, *size, encoding_source=known)


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be checked: ``message`` names the file, ``hint`` says how to go on.

    ``code`` is ``read`` (it could not be read), ``decode`` (it is no text of a known encoding) or ``other``.
    """

    path: str
    message: str
    hint: str = ""
    code: str = "read"

    @classmethod
    def of(cls, path: str, error: DedupeError) -> Failure:
        """Return what an error says of a file."""
        code = "decode" if isinstance(error, DecodeError) else "read" if isinstance(error, ReadError) else "other"
        return cls(path, error.message, error.hint, code)


@dataclass(frozen=True, slots=True)
class Report:
    """All of one run of ``check``; ``rules`` holds the row of every code that occurs."""

    version: str
    findings: tuple[Finding, ...]
    files: tuple[FileRecord, ...]
    errors: tuple[Failure, ...] = ()
    rules: tuple[Rule, ...] = ()
    config: str = ""
    config_hash: str = ""

    @property
    def new(self) -> tuple[Finding, ...]:
        """The findings that count."""
        return tuple(f for f in self.findings if f.status is Status.NEW)

    def rule(self, code: str) -> Rule:
        """Return the row of a code that occurs; raises :class:`LookupError`."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise LookupError(code)

"""The values that travel through the pipeline, all of them frozen.

Positions are half-open code point offsets into the *original* text, in a :class:`Span`. Bytes, lines and columns
are made by ``text/position.py`` and only for output.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import pairwise
from typing import Protocol

# What pieces of evidence add to log odds (base e) that a repeat is an accident, by name; first their sum, ``score``.
Evidence = tuple[tuple[str, float], ...]


def confidence(log_odds: float) -> float:
    """Return log odds (base e) as a probability, in percent."""
    return 100.0 / (1.0 + math.exp(-max(min(log_odds, 30.0), -30.0)))


def told_confidence(log_odds: float, decimals: int = 1) -> float:
    """Return the same rounded, as it is told: nothing that is weighed is certain, so never 100."""
    return min(round(confidence(log_odds), decimals), 100 - 0.1**decimals)


@dataclass(frozen=True, slots=True, order=True, init=False)
class Span:
    """A half-open range ``start <= i < end`` of code points of one text."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:  # what the decorator writes takes twice as long
        if not 0 <= start <= end:
            raise ValueError(f"not a span: {start}..{end}")
        _set_start(self, start)
        _set_end(self, end)

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        return self.end > self.start

    def of(self, text: str) -> str:
        """Return the part of ``text`` that this span covers."""
        return text[self.start : self.end]

    def trimmed(self, text: str) -> Span:
        """Return the span without the white space at its ends; an empty one where it is nothing else."""
        body = self.of(text)
        start = self.start + len(body) - len(body.lstrip())
        return Span(start, start + len(body.strip()))

    def moved(self, by: int) -> Span:
        """Return the span so many code points further on."""
        return Span(self.start + by, self.end + by) if by else self

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a code point."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Tell whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


# A text has as many spans as blocks, and more.
_set_start, _set_end = (vars(Span)[name].__set__ for name in ("start", "end"))


@dataclass(frozen=True, slots=True)
class Source:
    r"""One input text and how it lay on the disk.

    ``path`` is the name for messages (``-`` for standard input), ``newline`` one of ``\n``, ``\r\n``, ``\r``,
    ``mixed`` and the empty string, ``digest`` the SHA-256 of the bytes in hexadecimal. ``text`` is decoded without
    the byte order mark ``bom`` and keeps its newlines as they are. ``masked`` is what is matched instead of the
    text, of the same length: what is no prose is filled with signs that occur once. ``container`` knows how edits
    go into the file when it is more than plain text. ``errors`` is ``surrogateescape`` when bytes that are no text of
    the encoding pass through, ``guessed`` tells that the encoding was not given, not marked and not UTF-8.
    """

    path: str
    text: str
    digest: str
    encoding: str = "utf-8"
    bom: bytes = b""
    newline: str = "\n"
    masked: str | None = None
    container: Container | None = None
    errors: str = "strict"
    guessed: bool = False

    @classmethod
    def of(cls, path: str, text: str) -> Source:
        """Return a text that is no file, with the digest that it would have in UTF-8."""
        from hashlib import sha256  # noqa: PLC0415  not for --help

        return cls(path, text, sha256(text.encode("utf-8", "surrogatepass")).hexdigest())

    @property
    def format(self) -> str:
        """The word of ``--type`` for what it was read as."""
        return self.container.name if self.container else "text"

    @property
    def prose(self) -> str:
        """The text as it is matched."""
        return self.text if self.masked is None else self.masked

    @property
    def said(self) -> str:
        """The text as it is read, of the same length: marks of quotation that do not count are spaces."""
        if self.masked is None or ">" not in self.text:
            return self.text
        parts = self.text.split(">")  # a sign between each two
        at, out = 0, parts[:1]
        for before, after in pairwise(parts):
            at += len(before)
            out += [" " if self.masked[at] == " " else ">", after]
            at += 1
        return "".join(out)


class Safety(IntEnum):
    """How sure an edit is: ordered, so that one comparison decides what ``--apply`` may touch."""

    EXACT = 0
    SIMILAR = 1
    UNSAFE = 2

    @property
    def label(self) -> str:
        """The word used in options and reports."""
        return self.name.lower()


class Kind(StrEnum):
    """The class of one difference between a copy and the kept text."""

    FORM = "form"
    NOISE = "noise"
    CONTENT = "content"


class Reason(StrEnum):
    """What a content difference is about; ``entry``: nothing differs, but it may be meant."""

    NUMBER = "number"
    DATE = "date"
    UNIT = "unit"
    NEGATION = "negation"
    NAME = "name"
    WORD = "word"
    CLAUSE = "clause"
    ENTRY = "entry"


class Decision(StrEnum):
    """What happens to one member of a group."""

    KEEP = "keep"
    REMOVE = "remove"
    HOLD = "hold"
    PROTECTED = "protected"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a copy and the kept text do not agree.

    ``kept`` and ``copy`` are the two stretches in the original text (one of them may be empty), ``score`` is the
    log odds that the difference is meant (positive: content, negative: noise) and 0 for form.
    """

    kept: Span
    copy: Span
    kind: Kind
    reason: Reason | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """One stretch that goes, and the kept stretches that say the same.

    ``span`` is what is deleted, white space included; ``copy`` the repeated passage in it (several spans when an
    earlier cut lies between), ``kept`` its counterpart in the text that stays. ``held``: why it may not go.
    """

    span: Span
    copy: tuple[Span, ...]
    kept: tuple[Span, ...]
    similarity: float = 100.0
    differences: tuple[Difference, ...] = ()
    held: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """A decided repeat, before grouping: kept text and the cuts that refer to it.

    ``rule`` is a code of ``cli.md`` 4 (D101 ... D204); ``kept`` is the passage that stays. ``evidence`` is what each
    piece of evidence adds to the log odds that it is an accident, behind their sum (``score``).
    """

    rule: str
    kept: tuple[Span, ...]
    cuts: tuple[Cut, ...]
    safety: Safety = Safety.EXACT
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A candidate that stays, and why: ``reason`` is one word, such as ``meant``, ``score`` the log odds, if any."""

    span: Span
    kept: tuple[Span, ...]
    reason: str
    score: float | None = None
    evidence: Evidence = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One place of a group.

    ``spans`` is what the member covers, in text order; more than one when a passage is split over paragraphs.
    ``against`` is the stretch of the kept member that this member repeats (for the kept member its own spans).
    ``similarity`` is the percentage of equal folded characters against that stretch (normalised Indel).
    ``source`` is the index of the text among those of the run (0 when there is one).
    """

    spans: tuple[Span, ...]
    decision: Decision
    against: tuple[Span, ...] = ()
    similarity: float = 100.0
    differences: tuple[Difference, ...] = ()
    source: int = 0

    @property
    def start(self) -> int:
        """Offset of the first code point."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Offset behind the last code point."""
        return self.spans[-1].end


@dataclass(frozen=True, slots=True)
class Group:
    """A repeat: all members that carry one passage; ``members[kept]`` stays, the others are copies or held back.

    ``rule`` is the code of the least similar copy that goes, or a D4xx code when the group is held back.
    ``fingerprint`` is a content hash without positions (``v1:`` and 64 hexadecimal digits). ``evidence`` is that of its
    weakest copy.
    """

    rule: str
    members: tuple[Member, ...]
    kept: int
    fingerprint: str
    safety: Safety = Safety.EXACT
    reasons: tuple[Reason, ...] = ()
    evidence: Evidence = ()

    @property
    def confidence(self) -> float | None:
        """How sure it is that its weakest copy is an accident, in percent."""
        return confidence(self.evidence[0][1]) if self.evidence else None

    @property
    def id(self) -> str:
        """First eight hexadecimal digits of the fingerprint."""
        return self.fingerprint.partition(":")[2][:8]

    @property
    def copies(self) -> tuple[Member, ...]:
        """The members that go."""
        return tuple(m for m in self.members if m.decision is Decision.REMOVE)

    @property
    def held(self) -> bool:
        """True when nothing of the group goes."""
        return not any(m.decision is Decision.REMOVE for m in self.members)

    @property
    def similarity(self) -> tuple[float, float]:
        """True minimum and maximum percent of the copies against the kept text."""
        values = [m.similarity for i, m in enumerate(self.members) if i != self.kept] or [100.0]
        return min(values), max(values)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``span`` of the original text by ``replacement`` (mostly nothing).

    ``group`` is the index of the group in the plan that gives the reason (-1: the rule speaks for itself);
    ``kept`` names the stretches of the original text that still say what goes, or those of another text of the run:
    ``kept_in`` is its index then (-1: the text itself).
    """

    span: Span
    replacement: str
    rule: str
    reason: str
    safety: Safety
    group: int = -1
    kept: tuple[Span, ...] = ()
    kept_in: int = -1

    def at(self, span: Span) -> Edit:
        """Return the same at another place; many files have as many edits as lines."""
        if span == self.span:
            return self
        return Edit(span, self.replacement, self.rule, self.reason, self.safety, self.group, self.kept, self.kept_in)


# What a note says of a cut that leaves half a sentence.
LEFT_BROKEN = "what stays here is a broken sentence"


@dataclass(frozen=True, slots=True)
class Note:
    """A finding without an edit, such as a sentence that a cut or the source left broken (W101)."""

    rule: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to one text, and why: ordered edits, the groups behind them, notes.

    Bound to the text by ``digest`` (SHA-256 of the bytes) and ``length`` in code points. ``protected``: the file is
    never edited, whatever repeats in it. ``rejections`` are candidates that stay, if they were asked for.
    """

    digest: str
    length: int
    edits: tuple[Edit, ...] = ()
    groups: tuple[Group, ...] = ()
    notes: tuple[Note, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)
    protected: bool = False
    rejections: tuple[Rejection, ...] = field(default=(), compare=False)

    @property
    def removed(self) -> int:
        """Number of code points that go."""
        return sum(len(e.span) - len(e.replacement) for e in self.edits)

    @property
    def held_back(self) -> tuple[Group, ...]:
        """The groups of which nothing goes, with their reasons."""
        return tuple(g for g in self.groups if g.held)


def why_protected(source: Source, plan: Plan) -> str:
    """Return why copies of a text stay that could go: as the end of a sentence, empty where nothing keeps them."""
    if plan.protected:
        return "the file is protected"
    return source.container.why if source.container else ""


@dataclass(frozen=True, slots=True)
class AcrossPlan:
    """What is to be done to several texts because of one another: groups over all of them, edits for each.

    ``digests`` binds it to the texts, in their order. A member's ``source`` and an edit's ``kept_in`` are indexes into
    it; so is the place of each tuple of ``edits``. Spans count in the text that their source names; ``against`` and a
    difference's ``kept`` count in that of the group's kept member.
    """

    digests: tuple[str, ...]
    groups: tuple[Group, ...] = ()
    edits: tuple[tuple[Edit, ...], ...] = ()
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """The piece of a file that a place lies in, where the file is more than lines.

    ``kind`` is ``cue``, ``segment``, ``paragraph`` or ``record``, ``number`` counts them from 1. ``name`` is what the
    file calls it: the line before a cue, the heading above a paragraph, the id of a record; ``field`` the path of a
    text in a record. ``times`` are the first and the last second. ``text`` is what stands in it when the file itself is
    no text: positions then count in that.
    """

    kind: str
    number: int
    name: str = ""
    field: str = ""
    times: tuple[float, float] | None = None
    text: str | None = None

    @property
    def label(self) -> str:
        """The words used in reports: ``cue 12 at 00:01:03``, ``paragraph 4``, ``record 2, text``."""
        if self.times is None:
            return f"{self.kind} {self.number}" + (f", {self.field}" if self.field else "")
        minutes, seconds = divmod(int(self.times[0]), 60)
        return f"{self.kind} {self.number} at {minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Spot:
    """One offset of a text as it stands in its file: ``at`` counts in the file, or in the text of ``part``."""

    at: int
    part: Part | None = None


class Container(Protocol):
    """What a text was taken out of, and how edits go back into it. Its values can be sent to another process."""

    @property
    def name(self) -> str:
        """The word of ``--type``."""

    @property
    def why(self) -> str:
        """Why a copy may have to stay, as the end of a sentence that says that it is held back."""

    @property
    def binary(self) -> bool:
        """True when the file is no text: places in it are named by their part."""

    def spots(self, source: Source) -> Callable[[Span], tuple[Spot, Spot]]:
        """Return the function that tells where a span of the text begins and ends in the file."""

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Return the plan with edits that the file can take; what it cannot take stays, and is called protected."""

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the file as a text of its own, and the edits that bring those of the source into it."""

"""How a finding ranks: what speaks for telling it first and against; of many, people are told the number only."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import PurePath

from dedupe_cli.decide.passages import units
from dedupe_cli.document.directives import HISTORY, PROSE
from dedupe_cli.finding import Finding, Place, Report, Severity, Status
from dedupe_cli.gate.blocks import is_frame
from dedupe_cli.gate.kinship import Kinship, answers, differ_in_a_word, is_record
from dedupe_cli.gate.outline import HEADING, ITEM, Outline
from dedupe_cli.gate.rules import rule_of
from dedupe_cli.model import Evidence, Reason

# So many are shown all the same, but not of a tree (of so many files): in a text or two they are news, in a tree of
# manuals they hide the errors.
FEW, TREE = 10, 3


def told(report: Report, asked: Callable[[str], bool], least: Severity) -> tuple[Report, dict[str, int]]:
    """Return the report without the findings that are only counted, and their number by rule.

    Those stay that ``asked`` names by their rule, warnings, and those that can fail the run: severities from ``least``
    on.
    """

    def is_quiet(finding: Finding) -> bool:
        rule = report.rule(finding.rule)
        low = finding.severity < min(least, Severity.WARNING)
        quiet = rule.quiet or finding.severity < min(rule.severity, Severity.WARNING)
        return finding.status is Status.NEW and quiet and low and not asked(finding.rule)

    counts = Counter(finding.rule for finding in report.findings if is_quiet(finding))
    if counts.total() <= (FEW if sum(not file.skipped for file in report.files) < TREE else 0):
        return report, {}
    return replace(report, findings=tuple(f for f in report.findings if not is_quiet(f))), dict(sorted(counts.items()))


# What each signal adds to the log odds, for a repeat within one file and for one between files. The weights are set by
# hand; the verdicts of ``benchmarks/quality`` say what they reach.
SIGNALS: dict[str, tuple[float, float]] = {
    "base": (1.4, 0.6),
    "immediate": (1.5, 0.0),  # it is said again at once, and not behind its heading
    "sure": (0.55, 0.0),  # how sure the engine is that it is an accident
    "size": (0.4, 0.9),  # how much prose it is
    "little": (-1.0, -1.6),  # hardly any prose, once addresses and tags are taken off
    "exact": (0.2, 0.2),  # the same letter for letter
    "unlike": (-0.7, -0.6),  # how much of it differs, squared
    "page": (0.0, 2.3),  # nearly all of a page
    "part": (0.0, -3.2),  # it is but a part of both pages: what two guides say is mostly meant
    "section": (0.0, 1.2),  # a heading goes with it
    "pages": (-0.5, -0.65),  # so many pages are there: the more, the more of what is said twice is meant
    "places": (-1.2, -1.8),  # so many places say it that it may be meant
    "outline": (0.0, -3.2),  # the two pages have the same outline, or names alike
    "parallel": (-3.2, 0.0),  # the two stand in two sections, neither of which is in the other, or in two tabs or boxes
    "front": (0.0, -2.0),  # one of the pages is the front page
    "record": (-3.0, -3.5),  # one of the pages records what was changed, or what is over
    "moved": (0.0, -2.5),  # one of the pages says that what it says stands elsewhere now
    "entries": (0.0, -1.5),  # both stand in entries of a reference: below a name of code, in the body of a directive
    "generated": (-2.0, -3.5),  # one of the pages says that a program writes it, or a part of it
    "answers": (-3.5, -3.0),  # a page of questions, each of which is answered for itself
    "empty": (-4.0, -4.0),  # it says nothing
    "quoted": (-2.0, -2.0),  # a quotation
    "address": (-1.6, -1.8),  # mostly addresses, pictures or tags
    "wordless": (-2.8, -2.2),  # no sentences: code, a table
    "shown": (-5.0, -3.0),  # one is code and the other is none: an example, and what comes of it
    "listed": (-2.6, -1.2),  # items of a list; one of them, and what a section says of it
    "inside": (-1.6, 0.0),  # one is a part of a sentence, or of longer ones: what was said is taken up again
    "translated": (0.0, -5.0),  # translations side by side
    "versions": (0.0, -4.5),  # pages of two versions
    "mirrored": (0.0, -5.0),  # of the two folders many pages are the same
    "differs": (-2.0, -0.8),  # the two do not say the same
    "stale": (1.5, 1.5),  # a number, a date, a unit or a negation differs in what is otherwise the same
    "new": (6.5, 6.5),  # it was not there before
}
# What has fewer units says nothing, but where it stands twice at once.
EMPTY = 8
# So much prose is neither much nor little; less than the second is little.
USUAL, LITTLE = 60, 25
# Copies are stale that are as long and as much alike as this, in units and in percent, and differ in a fact.
STALE_UNITS, STALE_ALIKE = 25, 95.0
# What is no prose counts so much of its length.
_WORDLESS = 0.25
# Shorter lines stand in many files.
_LINE = 8
_OF_PARTS = ("outline", "quoted", "listed", "section", "answers", "part")
# A page of which so much stands in another one may well be no part of it.
_PART = 0.75
# What is so much of the smaller of two pages may be all that it is about; what is less than the second is a part of it.
_MOST, _PIECE = 0.66, 0.36
_FACTS = frozenset({Reason.NUMBER, Reason.DATE, Reason.UNIT, Reason.NEGATION, Reason.NAME})
# From this score on a repeat is an error, and a warning; what is lower is only counted.
ERROR, WARNING = 0.0, -2.0
# Two pages have one outline when so many headings are the same, and there are so many.
_HEADINGS = 2
# Names of one folder that are the same but for one part count so much of an outline that is the same.
_SIBLING = 0.5
_ADDRESS = re.compile(
    r"!?\[[^\]\n]*\]\([^)\n]*\)|<[^>\n]*>|\b[a-z][a-z+.-]*://[^\s)>]+|`+[^`\n]*`+|\{[{%][^\n]*?[%}]\}"
)
_TARGET = re.compile(
    r"(?<=\])\([^)\n]*\)|^!\[[^\n]*|<[^>\n]*>|\b[a-z][a-z+.-]*://[^\s)>]+|\{[{%][^\n]*?[%}]\}|&\w+;"
    r"|\$\$?[^$\n]+\$|^[ \t]*[&\\][^\n]*"
    rf"|^[ \t]*\.\.[ \t]+(?!(?:{'|'.join(sorted(PROSE | HISTORY))})::)[\w:.+-]+::[^\n]*",
    re.MULTILINE,
)
_ROW = re.compile(r"^[ \t]*(?:\||\+[-=+]+\+)")
_NAMES = re.compile(r"\W*[a-zA-Z][\w.-]*(?:`?[ \t]*[,，、;；/|][ \t]*`?[a-zA-Z][\w.-]*){2,}\W*")


class Ranker:
    """Ranks the ``findings`` of one run. ``texts`` are those of the files by path, as far as they are at hand."""

    def __init__(self, texts: Mapping[str, str], findings: Iterable[Finding] = ()) -> None:
        pairs = ((each.members[each.kept].path, each.place.path) for each in findings)
        self._texts, self._kin = texts, Kinship(texts, (pair for pair in pairs if pair[0] != pair[1]))
        self._page = lru_cache(maxsize=1024)(lambda path: Outline(path, texts.get(path, "")))
        self._size = lru_cache(maxsize=None)(lambda path: _prose_units(self._page(path).prose))

    def ranked(self, finding: Finding, *, new: bool = False) -> Finding:
        """Return a finding with its rank, and as severe as that says; ``new``: it is known not to have been there.

        Notes, edits of cleaners and what a project asked for have no rank. A note of what stands in a row, and stays,
        is mostly about words that are doubled to say more, or a row of names: it is counted, where it is not new.
        """
        if finding.rule == "D203" and len(finding.members) == 1 and not new:
            return replace(finding, severity=Severity.INFO)
        if finding.rule[0] != "D" or finding.rule[1] not in "1234" or len(finding.members) < 2 or finding.asked:
            return finding
        signals, in_many = self.signals(finding), self._is_in_many(finding)
        if new and not in_many:
            signals |= {"new": 1.0, "part": 0.0}  # a part of a guide is copied, too
        between = finding.rule.startswith("D3")
        terms = [(name, round(value * SIGNALS[name][between], 2)) for name, value in signals.items()]
        terms = [(name, value) for name, value in terms if value]
        rank = (("score", round(sum(value for _, value in terms), 2)), *sorted(terms, key=lambda t: -abs(t[1])))
        severity = _severity(finding, rank, new=new)
        if in_many and not new and not signals["empty"]:  # one more page with what is known to be on many is no news
            severity = max(severity, Severity.WARNING)
        return replace(finding, rank=rank, severity=severity)

    def _is_in_many(self, finding: Finding) -> bool:
        """Tell whether so many files say it that it is one finding to know of, however much it is meant."""
        return not finding.page and is_frame(len({member.path for member in finding.members}), len(self._texts))

    def signals(self, finding: Finding) -> dict[str, float]:
        """Return what speaks for telling a finding, and against it, by name."""
        kept, copy = finding.members[finding.kept], finding.place
        one, other = self._page(kept.path), self._page(copy.path)
        body = other.body(copy)
        whole = units(copy.text)  # which may be less than the lines that it stands in
        words, wordless = _words(other, copy)
        at_once = finding.rule == "D203" and not one.says_between(kept, copy)
        prose, said = min(words, whole), min(units(_TARGET.sub(" ", body)), whole)
        # Items that are alike follow each other; a long one that is said once more is no other item.
        is_slip = at_once and said >= LITTLE and len(finding.members) == 2
        out = {
            "base": 1.0,
            "size": max(min(math.log2(max(prose + _WORDLESS * (said - prose), 1) / USUAL), 3.0), -2.0),
            "little": float(said < LITTLE),
            "immediate": float(at_once and not HEADING.fullmatch(one.body(kept))),
            "exact": float(finding.similarity[0] == 100.0),
            "unlike": 0.0 if finding.page else ((100.0 - finding.similarity[0]) / 10) ** 2,
            "quoted": float(_is_quoted(body) or _is_quoted(one.body(kept))),
            "address": _addressed(body),
            "listed": float(self._share_of_items(kept, copy) > 0.5 and not is_slip),
            "inside": float(not at_once and "passage" in (kept.unit, copy.unit)),
            "wordless": wordless,
            "shown": abs(_words(one, kept)[1] - wordless),
            "pages": math.log10(max(len(self._texts), 2) / 2),
            "places": self._places(finding, body),
            "section": float(HEADING.search(body) is not None),
            "empty": float(said < (1 if finding.rule == "D203" else EMPTY)),
            "generated": float(one.is_generated or other.is_generated),
            "answers": float(answers(kept.path) or answers(copy.path)),
        }
        out["entries"] = float(one.is_entry(kept) and other.is_entry(copy))
        if finding.evidence:
            out["sure"] = max(min(finding.evidence[0][1], 4.0), -4.0) * (1 - out["wordless"])  # of prose it is
        if finding.unsafe_reasons:
            out["differs"] = 1.0
            out["stale"] = float(is_stale(finding))
        if kept.path != copy.path:
            out |= self._between(one, other, prose / max(self._size(other.path), 1))
            if not finding.unsafe_reasons:  # else it is a warning at most, and of use
                out["part"] = _part(prose / max(min(self._size(one.path), self._size(other.path)), 1))
        else:
            out["record"] = float(is_record(copy.path))
            out["parallel"] = float(not at_once and _are_parallel(other, kept, copy))
        if finding.page:  # what is in it, and how it is divided, is what the other one has
            share = finding.similarity[0] / 100
            out |= dict.fromkeys(_OF_PARTS, 0.0)
            if share < 1 and differ_in_a_word(kept.path, copy.path):  # each has its own matter, and may say so
                out["outline"] = 1.0
            if not out["outline"] or one.title == other.title:
                out["page"] = max(min((share - _PART) / (1 - _PART) * 1.25, 1.0), 0.2)
        return out

    def _between(self, one: Outline, other: Outline, share: float) -> dict[str, float]:
        """Return what two pages are to each other; ``share`` is how much of the prose of the other one is told of."""
        out = dict(self._kin.signals(one.path, other.path))
        out["moved"] = float(one.has_moved or other.has_moved)
        out["outline"] = _SIBLING * out.pop("siblings")
        fewer = min(len(one.headings), len(other.headings))
        if fewer >= _HEADINGS:
            alike = len(one.headings & other.headings) / fewer
            beside = PurePath(one.path).parent == PurePath(other.path).parent  # pages of one kind lie side by side
            same = min(alike / 0.6, 1.0) if beside else max(alike - 0.3, 0.0) / 0.7
            out["outline"] += same * min((1 - min(share, 1.0)) / (1 - _PART), 1.0)  # a copy has its headings from there
        return out

    def _places(self, finding: Finding, body: str) -> float:
        """Return how many places more than two say it, in doublings: files, places in one, files with its lines."""
        if finding.rule == "D203":  # what is said once more is a slip, a few words that are said again and again a cry
            return math.log2(len(finding.members) - 1) if units(finding.place.text) <= EMPTY else 0.0
        files = Counter(member.path for member in finding.members)
        lines = sorted(self._spread[line.strip()] for line in body.split("\n") if len(line.strip()) >= _LINE)
        usual = lines[len(lines) // 2] if lines else 1
        usual = usual if finding.rule.startswith("D3") else usual // 2  # a file may have a copy or two
        if finding.page:  # the parts of a page are no copies of each other
            return math.log2(max(usual - 1, 1))
        return math.log2(max(len(files) - 1, max(files.values()) - 1, usual - 1, 1))

    def _share_of_items(self, kept: Place, copy: Place) -> float:
        """Return which share of the lines of a copy are items; of other sections, also of what it was copied from."""
        one, other = self._page(kept.path), self._page(copy.path)
        out = _share_of_items(other.body(copy))
        return out if one.sections_of(kept) == other.sections_of(copy) else max(out, _share_of_items(one.body(kept)))

    @cached_property
    def _spread(self) -> Counter[str]:
        """In how many files each line stands."""
        return Counter(line for text in self._texts.values() for line in {each.strip() for each in text.splitlines()})


def _words(page: Outline, place: Place) -> tuple[int, float]:
    """Return how much prose is in the lines of a place, in units, and which share of them is code or rows."""
    every, words = units(page.body(place)), _prose_units(page.without_code(place))
    return words, 1.0 - min(words / every, 1.0) if every else 0.0


def _part(share: float) -> float:
    """Tell in how far this share of the prose of a page is a part of it only, 1 below a share."""
    return max(min((_MOST - share) / (_MOST - _PIECE), 1.0), 0.0)


def _are_parallel(page: Outline, one: Place, other: Place) -> bool:
    """Tell whether two places of a page stand in two frames, or in two sections or items, neither in the other.

    Two of the same words may both be meant: for another system, for the other side, in short and at length.
    """
    first, second = (page.sections_of(place) + page.items_of(place) for place in (one, other))
    return first[: len(second)] != second[: len(first)] or page.frames_of(one) != page.frames_of(other)


def _severity(finding: Finding, rank: Evidence, *, new: bool) -> Severity:
    """Return how severe a finding is: what the rule says, as far as the score agrees.

    What is held back because it differs may be an error only where it is new and stale.
    """
    score, usual = rank[0][1], rule_of(finding.rule).severity
    if usual is Severity.ERROR:
        return Severity.ERROR if score >= ERROR else Severity.WARNING if score >= WARNING else Severity.INFO
    if finding.rule == "D302" and score < WARNING:
        return Severity.INFO
    if new and score >= ERROR and (is_stale(finding) or (usual is Severity.INFO and not finding.unsafe_reasons)):
        return Severity.ERROR if finding.rule != "D303" else usual
    return usual


def is_stale(finding: Finding) -> bool:
    """Tell whether copies differ in a fact only, a number or a name say, and are otherwise the same and long.

    Between files a word is one, too: there nothing else stands around both of them.
    """
    reasons = finding.unsafe_reasons
    return (
        bool(reasons)
        and (finding.rule == "D302" or _FACTS.issuperset(reasons))
        and finding.similarity[0] >= STALE_ALIKE
        and units(finding.place.text) >= STALE_UNITS
    )


def _prose_units(body: str) -> int:
    """Return how many words and Han characters are left of some lines without addresses, tags and tables."""
    return units(_TARGET.sub(" ", "\n".join(line for line in body.split("\n") if not _is_row(line))))


def _is_row(line: str) -> bool:
    """Tell whether a line is a row of a table, or of names with commas between them."""
    return _ROW.match(line) is not None or _NAMES.fullmatch(line) is not None


def _share_of_items(body: str) -> float:
    """Return the share of lines that are items of a list, or go on with one: those that are indented below it."""
    lines = [line for line in body.split("\n") if line.strip()]
    found, inside = 0, False
    for line in lines:
        inside = ITEM.match(line) is not None or (inside and line[:1].isspace())
        found += inside
    return found / len(lines) if lines else 0.0


def _is_quoted(body: str) -> bool:
    return all(line.lstrip().startswith(">") for line in body.split("\n") if line.strip())


def _addressed(body: str) -> float:
    """Return the share of some lines in addresses, pictures, tags and marks of code, from a third on."""
    said, marked = (len("".join(text.split())) for text in (body, "".join(_ADDRESS.findall(body))))
    share = marked / said if said else 0.0
    return max(share - 0.33, 0.0) / 0.67

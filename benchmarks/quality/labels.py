"""Texts whose every character knows where it comes from, and the scoring that follows from it.

A letter said once has group -1. A letter of a repeat has the group's number, the member that it stands in (0 is the
original) and its place in the group's content, so that it does not matter which member a cleaner keeps:

left   of the letters of the content that stand in the text more often than once, the share that still does
lost   of everything the text says (host letters, and each group's content once), the share said nowhere any more
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rapidfuzz.distance import LCSseq

CJK = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]")


@dataclass(slots=True)
class Atom:
    """One character of a generated text; ``added``: put in by noise behind the letter of ``place``."""

    char: str
    group: int = -1
    member: int = 0
    place: int = -1
    added: bool = False


@dataclass(slots=True)
class Case:
    """A generated text with its labels; ``kinds`` names the kind of repeat of every group."""

    name: str
    lang: str
    rate: float
    model: str
    atoms: list[Atom]
    kinds: dict[int, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(a.char for a in self.atoms)


def atoms(text: str, group: int = -1, member: int = 0, start: int = 0) -> list[Atom]:
    return [Atom(c, group, member, start + i if group >= 0 else -1) for i, c in enumerate(text)]


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def kept_mask(source: str, output: str) -> list[bool]:
    """Which characters of ``source`` survive in ``output``: longest common subsequence over runs of 6 or 12 letters, so
    that no character is credited to a scattered look-alike inside a deleted stretch."""
    places = [i for i, c in enumerate(source) if c.isalnum()]
    s, o = "".join(source[i] for i in places), letters(output)
    k = 6 if CJK.search(s[:2000]) else 12
    mask, taken = [False] * len(source), [False] * len(o)
    grams = [[t[i : i + k] for i in range(len(t) - k + 1)] for t in (s, o)]
    for op in LCSseq.opcodes(*grams):
        if op.tag != "equal":
            continue
        for i, j in zip(
            range(op.src_start, min(op.src_end + k - 1, len(places))),
            range(op.dest_start, len(o)),
            strict=False,
        ):
            if not taken[j]:
                taken[j] = mask[places[i]] = True
    return mask


def unsaid(run: str, flat: str) -> int:
    """Letters of a vanished run whose text stands nowhere in the output (12 letters a look; runs under 6 are edges)."""
    if len(run) >= 24:
        return sum(run[i : i + 12] not in flat for i in range(len(run) - 11))
    return len(run) * (run not in flat) if len(run) >= 6 else 0


def content(case: Case) -> dict[int, dict[int, str]]:
    """Each group's content: place -> letter as the lowest member (the clean one) has it."""
    out: dict[int, dict[int, str]] = defaultdict(dict)
    best: dict[tuple[int, int], int] = {}
    for a in case.atoms:
        key = (a.group, a.place)
        if a.group >= 0 and not a.added and a.char.isalnum() and a.member <= best.get(key, 1 << 30):
            best[key] = a.member
            out[a.group][a.place] = a.char
    return out


def _runs(places: list[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for p in places:
        if out and p == out[-1][-1] + 1:
            out[-1].append(p)
        else:
            out.append([p])
    return out


@dataclass(slots=True)
class Score:
    """Letters counted per kind (``repeat``, ``left``, ``once``, ``lost``) and where: offsets of what is left, texts lost."""

    counts: dict[str, Counter[str]]
    left_at: list[int]
    lost_texts: list[tuple[str, int, str]]
    mask: list[bool]


def score(case: Case, output: str) -> Score:
    text = case.text
    mask = kept_mask(text, output)
    flat = letters(output)
    stands: Counter[tuple[int, int]] = Counter()
    stays: Counter[tuple[int, int]] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for a, kept in zip(case.atoms, mask, strict=False):
        if a.group >= 0 and a.char.isalnum() and not a.added:
            stands[a.group, a.place] += 1
            stays[a.group, a.place] += kept
    _settle(case, mask, stands, stays)
    for (g, p), n in stands.items():
        c = counts[case.kinds[g]]
        c["repeat"] += n - 1
        c["left"] += max(0, stays[g, p] - 1)
    left_at = [
        i
        for i, (a, kept) in enumerate(zip(case.atoms, mask, strict=False))
        if kept and a.group >= 0 and a.char.isalnum() and stays[a.group, a.place] > 1
    ]
    lost = _lost_in_groups(case, stays, flat, counts) + _lost_outside(case, mask, flat, counts)
    return Score(dict(counts), left_at, lost, mask)


def _settle(case: Case, mask: list[bool], stands: Counter[tuple[int, int]], stays: Counter[tuple[int, int]]) -> None:
    """Where a cut can lie in several places with the same result (``ab[cab]d`` = ``[abc]abd``), put it on the repeat."""
    idx = [i for i, a in enumerate(case.atoms) if a.char.isalnum()]
    atom = [case.atoms[i] for i in idx]
    kept = [mask[i] for i in idx]
    twice = [a.group >= 0 and (a.added or stands[a.group, a.place] > 1) for a in atom]
    end = 0
    while end < len(idx):
        if kept[end]:
            end += 1
            continue
        i = end
        while end < len(idx) and not kept[end]:
            end += 1
        moves = {step: _shift(atom, kept, twice, (i, end), step) for step in (-1, 1)}
        gain, count, step = max((gain, -n, step) for step, (gain, n) in moves.items())
        for _ in range(-count if gain > 0 else 0):
            lose, win = (i - 1, end - 1) if step < 0 else (end, i)
            for k, value in ((lose, False), (win, True)):
                kept[k] = mask[idx[k]] = value
                if atom[k].group >= 0 and not atom[k].added:
                    stays[atom[k].group, atom[k].place] += 1 if value else -1
            i, end = i + step, end + step


def _shift(atom: list[Atom], kept: list[bool], twice: list[bool], cut: tuple[int, int], step: int) -> tuple[int, int]:
    """Most letters won for the text by moving a cut one way, and by how many places."""
    i, end = cut
    best = gain = n = count = 0
    while i > 0 and end < len(atom):
        lose, win = (i - 1, end - 1) if step < 0 else (end, i)
        if not kept[lose] or atom[lose].char != atom[win].char:
            break
        n, gain = n + 1, gain + twice[lose] - twice[win]
        i, end = i + step, end + step
        if gain > best:
            best, count = gain, n
    return best, count


def _lost_in_groups(
    case: Case, stays: Counter[tuple[int, int]], flat: str, counts: dict[str, Counter[str]]
) -> list[tuple[str, int, str]]:
    out = []
    where = {(a.group, a.place): i for i, a in reversed(list(enumerate(case.atoms))) if a.group >= 0}
    for g, said in content(case).items():
        c = counts[case.kinds[g]]
        c["once"] += len(said)
        order = sorted(said)
        rank = {p: i for i, p in enumerate(order)}
        for run in _runs([rank[p] for p in order if not stays[g, p]]):
            gone = "".join(said[order[r]] for r in run)
            if n := unsaid(gone, flat):
                c["lost"] += n
                out.append((case.kinds[g], where[g, order[run[0]]], gone))
    return out


def _lost_outside(
    case: Case, mask: list[bool], flat: str, counts: dict[str, Counter[str]]
) -> list[tuple[str, int, str]]:
    """Host letters that went. A run ends where labelled letters stand between, so that no joint counts as text."""
    out = []
    run: list[int] = []
    for i, a in [*enumerate(case.atoms), (-1, None)]:
        if a is not None and not a.char.isalnum():
            continue
        if a is not None and a.group < 0:
            counts["host"]["once"] += 1
            if not mask[i]:
                run.append(i)
                continue
        gone = "".join(case.atoms[k].char for k in run)
        if n := unsaid(gone, flat):
            counts["host"]["lost"] += n
            out.append(("host", run[0], gone))
        run = []
    return out


def oracle(case: Case) -> str:
    """The text without its repeats, by the labels: of every group the most complete member stays, the first of equals."""
    size: Counter[tuple[int, int]] = Counter()
    for a in case.atoms:
        if a.group >= 0 and a.char.isalnum() and not a.added:
            size[a.group, a.member] += 1
    keep: dict[int, int] = {}
    for (g, m), n in sorted(size.items()):
        if g not in keep or n > size[g, keep[g]]:
            keep[g] = m
    return "".join(a.char for a in case.atoms if a.group < 0 or a.member == keep[a.group])

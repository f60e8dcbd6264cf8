"""The Chinese sets made anew in English: variants, texts with shared formulas, two editions."""
# ruff: noqa: SIM905

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from kinds import sentences
from rapidfuzz import fuzz

if TYPE_CHECKING:
    import random

# Short reports of our own. Every slot can be changed: kind, what stands there, what may stand there instead.
REPORTS = (
    "The harbour board has agreed to spend {number:48} million pounds on a new quay at {place:Whitby}. Work is to begin in {time:March} and the first ships should tie up within two years. {person:Helen Marsh}, who chairs the board, said the money had been set aside long ago.",
    "Some {number:310} people came to the meeting on {time:Tuesday} evening, far more than the hall could hold. {person:Peter Lowe} told them that the {organisation:Water Company} had known about the leak for weeks. Nobody from the firm was there to answer.",
    "A lorry that carried {number:17} tonnes of gravel left the road near {place:Selby} in the early hours of {time:Friday}. The driver, {person:Martin Cole}, was taken to hospital with a broken arm. The road stayed closed until noon.",
    "The {organisation:National Trust} will open the old observatory to visitors from the {time:ninth} of May. Tickets cost {number:12} pounds and children go in free. {person:Ruth Adler}, the keeper, hopes for long queues and clear nights.",
    "Researchers at the {organisation:University of Leeds} followed {number:2400} nurses for a decade and asked them each winter how they slept. Those who worked at night slept {number:6} hours at most. The results appeared in {time:January} and have been argued about ever since.",
    "Three bakeries in {place:Lincoln} were fined on {time:Monday} for selling loaves that weighed less than the label said. The heaviest fine was {number:950} pounds. {person:George Tully}, who owns two of the shops, said he would appeal.",
    "The bridge over the Tamar was closed for {number:36} hours after a diver found a crack in one of its piers. Engineers from {organisation:Network Rail} worked through the night of {time:Sunday} and declared it safe. Trains to {place:Plymouth} run as usual again.",
    "The library at {place:Durham} has bought the letters of a ship's cook who sailed round the world in {number:1836}. They were found in a barn by {person:Alice Webb}, a teacher. The {organisation:British Museum} had offered less for them.",
    "Farmers in the valley say that the frost of {time:April} has killed {number:40} per cent of the blossom. The {organisation:Farmers Union} has asked for help with the loans that fall due in {time:autumn}. So far no answer has come from {place:London}.",
    "A court in {place:Bristol} has sent {person:Daniel Frost} to prison for {number:4} years for the theft of a violin. The instrument, lent by the {organisation:Royal Academy}, has not been found. The judge spoke of a loss that no insurance could mend.",
    "The new timetable gives the island {number:5} ferries a day instead of three. The first leaves {place:Oban} at {time:seven} in the morning. {person:Fiona Kerr}, who runs the hotel at the pier, said it was the best news for twenty years.",
    "At the auction on {time:Thursday} a small landscape went for {number:78000} pounds, ten times what had been expected. It had hung in the office of the {organisation:Gas Board} since the war. The buyer, {person:Simon Hart}, would not say where it is going.",
)  # fmt: skip

SWAPS: dict[str, list[str]] = {
    "number": ("two three four five six seven eight nine ten twelve twenty thirty forty fifty hundred thousand").split(),
    "time": ("Monday Tuesday Wednesday Thursday Friday Saturday Sunday January March April July August October December spring summer "
             "autumn winter morning evening afternoon midnight yesterday tomorrow seven ninth").split(),
    "person": ("John Mary Henry William George Elizabeth James Edward Margaret Thomas Alice Robert Helen Peter Ruth Daniel Martin Simon Fiona "
               "Marsh Lowe Cole Adler Tully Webb Frost Kerr Hart").split(),
    "place": ("London Paris Rome England France Italy Germany Spain Dublin Boston York Vienna Whitby Selby Lincoln Plymouth Durham Bristol Oban").split(),
    "word": ("father mother brother sister man woman boy girl old young good bad black white open shut first last left right north south east "
             "west husband wife horse carriage door window hand foot bread wine garden kitchen river forest letter picture happy angry").split(),
}  # fmt: skip
# Words that may stand for each other: they are of one kind and unlike each other.
_WORD_GROUPS = (
    "father mother brother sister husband wife uncle", "man woman boy girl", "old young", "good bad", "black white red", "open shut",
    "first last", "left right", "north south east west", "horse carriage", "door window garden kitchen", "bread wine", "river forest",
    "letter picture", "happy angry", "morning evening afternoon", "day night", "large small", "before after", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday", "January March April July August October December",
    "spring summer autumn winter", "yesterday tomorrow", "seven nine eleven", "ninth third tenth",
)  # fmt: skip
_OTHERS = {w: [x for x in g.split() if x != w] for g in _WORD_GROUPS for w in g.split()}
_ORGANISATIONS = ("Water Company", "National Trust", "University of Leeds", "Network Rail", "British Museum", "Farmers Union", "Royal Academy", "Gas Board", "County Bank", "Labour Party", "Red Cross", "Harbour Office")  # fmt: skip
_AUX = re.compile(r"\b(was|were|is|had|could|would|should|will|did|has|have|can|must) (not )?(?=[a-z])")


def variants(texts: list[list[str]], rng: random.Random) -> list[dict[str, Any]]:
    """Pairs that differ in one number, time, negation, person, place, organisation or word, and in nothing else."""
    out = [v for report in REPORTS for v in _of_report(report, rng)]
    for paras in texts:
        for p in paras:
            said = sentences(p, "en")
            passage = "".join(said[: max(2, min(4, len(said)))]).strip()
            if len(passage) >= 160:
                out += _of_passage(passage, rng)
    return [v for v in out if _tells(v)]


def _pair(kind: str, a: str, low: int, high: int, now: str) -> dict[str, Any]:
    return {"kind": kind, "a": a, "b": a[:low] + now + a[high:], "was": a[low:high], "now": now}


def _of_report(report: str, rng: random.Random) -> list[dict[str, Any]]:
    slots = list(re.finditer(r"\{(\w+):([^}]*)\}", report))
    plain = re.sub(r"\{\w+:([^}]*)\}", r"\1", report)
    out = []
    shift = 0
    for m in slots:
        low = m.start() - shift
        shift += len(m.group()) - len(m.group(2))
        kind, was = m.group(1), m.group(2)
        out.append(_pair(kind, plain, low, low + len(was), _other(kind, was, rng)))
    return out + [v for v in _of_passage(plain, rng) if v["kind"] == "negation"]


def _other(kind: str, was: str, rng: random.Random) -> str:
    if was.isdigit():
        k = rng.randrange(len(was))
        return was[:k] + rng.choice([d for d in "123456789" if d != was[k]]) + was[k + 1 :]
    if kind == "organisation":
        return rng.choice([o for o in _ORGANISATIONS if o != was])
    first, _, rest = was.rpartition(" ")
    pool = _OTHERS.get(rest) or [w for w in SWAPS[kind] if w[0] != rest[0]]
    return f"{first} {rng.choice(pool)}".strip()


def _of_passage(a: str, rng: random.Random) -> list[dict[str, Any]]:
    out = []
    if rng.random() < 0.4 and (found := [m for m in _AUX.finditer(a) if m.start() > 12 and m.end() < len(a) - 12]):
        m = rng.choice(found)
        out.append(_pair("negation", a, m.start(), m.end(), m.group(1) + (" " if m.group(2) else " not ")))
    for kind, words in SWAPS.items():
        hits = [m for w in words for m in re.finditer(rf"\b{w}\b", a) if m.start() > 12 and m.end() < len(a) - 12]
        if not hits:
            continue
        m = rng.choice(hits)
        if kind != "word" or m.group() in _OTHERS:
            out.append(_pair(kind, a, m.start(), m.end(), _other(kind, m.group(), rng)))
    if digits := list(re.finditer(r"\b\d+\b", a)):
        m = rng.choice(digits)
        out.append(_pair("number", a, m.start(), m.end(), _other("number", m.group(), rng)))
    return out


def _tells(v: dict[str, Any]) -> bool:
    """Whether the scorer's look at the place of the change tells the two texts apart."""
    a, b = v["a"], v["b"]
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)) - 1)

    def flat(t: str) -> str:
        return "".join(c for c in t if c.isalnum())

    def look(t: str, m: str) -> str:
        return flat(t[max(0, i - 12) : i])[-5:] + flat(t[i : i + len(m) + 8])[: len(flat(m)) + 3]

    x, y = look(a, v["was"]), look(b, v["now"])
    return a != b and x in flat(a) and y in flat(b) and x not in flat(b) and y not in flat(a)


_WHO = ("A person", "An occupier", "A licence holder", "An owner of a vessel", "A carrier", "An employer", "A keeper of animals", "A trader", "A tenant", "A contractor")  # fmt: skip
_ACT = (
    "stores inflammable liquids within fifty yards of a dwelling", "discharges waste water into a public drain", "fells a tree that stands on a boundary",
    "carries passengers for hire after sunset", "sells eggs that have not been graded", "keeps more than six dogs in one yard", "opens a market stall on a feast day",
    "digs gravel from the bed of a river", "sets a snare within sight of a footpath", "lights a fire on open moorland", "moors a barge across a towpath",
    "removes a boundary stone", "burns lime inside the borough", "exhibits a wild animal in a public street", "alters a weighbridge after it was sealed",
    "lets rooms to more lodgers than the register shows",
)  # fmt: skip
_PAPER = ("a licence granted under this Part", "the written consent of the council", "a certificate issued by the inspector", "a permit in the prescribed form", "notice given to the registrar at least fourteen days before")  # fmt: skip
_FINE = ("ten pounds", "twenty-five pounds", "forty pounds", "one hundred pounds", "two hundred and fifty pounds", "level three on the standard scale", "level five on the standard scale")  # fmt: skip
_BODY = ("The council", "The inspector", "The harbour master", "The registrar", "The chief constable", "The medical officer", "The surveyor")  # fmt: skip
_MAY = (
    "enter any premises to which this Part applies", "require the production of any register kept under this Act", "take samples of any substance found there",
    "suspend a certificate for a period not exceeding three months", "vary the conditions that are attached to a permit", "recover the expenses of doing so as a civil debt",
    "publish a list of the premises that are exempt", "appoint a deputy to act in the officer's absence", "order that a structure be made safe",
    "refuse an application that does not state the grounds", "impound any cart that blocks the highway", "fix the hours during which the gates stand open",
)  # fmt: skip
_WHEN = ("at any reasonable hour", "upon giving twenty-four hours' notice", "with the approval of the magistrates", "where the public interest so requires", "subject to the right of appeal in section 40", "after hearing the persons concerned")  # fmt: skip


def statutes(rng: random.Random, n: int) -> list[dict[str, Any]]:
    """Texts of our own in the manner of statutes: no sentence twice, the same formulas in most of them."""
    out = []
    for i in range(n):
        labelled = i % 2 == 0
        offences = rng.sample([(a, w) for a in _ACT for w in (rng.choice(_WHO),)], 14)
        powers = rng.sample([(m, rng.choice(_BODY)) for m in _MAY], 10)
        rules = [
            f"{who} who {act} without {rng.choice(_PAPER)} is guilty of an offence and shall be liable on summary conviction to a fine not exceeding {rng.choice(_FINE)}, "
            f"and, where the offence continues after conviction, to a further fine of {rng.choice(('one', 'two', 'five', 'ten'))} pounds for each day on which it continues."
            for act, who in offences
        ] + [
            f"{body} may, {rng.choice(_WHEN)} and without prejudice to any other power conferred by this Act, {may}."
            for may, body in powers
        ]
        rng.shuffle(rules)
        lines = [f"Section {k}. {r}" if labelled else r for k, r in enumerate(rules, 1)]
        title = f"An Act to amend the law about {('yards and wharves', 'markets', 'moorland', 'public drains')[i % 4]}"
        out.append({"id": f"law-en-{i}", "title": title, "text": "\n\n".join([title, *lines]) + "\n"})
    return out


_SPELLING = (
    (r"(?<=[a-z]{2})ed\b", "'d"), (r"our\b", "or"), (r"ise\b", "ize"), (r"(?<=[a-z]{2})y\b", "ie"), (r"\band\b", "&"), (r"\bi(?=n)", "y"), (r"(?<=[bcdfgt])ee", "ea"),
    (r"k\b", "cke"), (r"(?<=[a-z])ll\b", "l"), (r"\bu", "v"), (r"oo", "ou"), (r"(?<=[aeo])nd\b", "nde"), (r"ight\b", "yght"), (r"ie(?=[lv])", "ei"), (r"ck", "k"),
    (r"(?<=[a-z]{2})er\b", "re"), (r"(?<=[bdlmnt])e(?=[rn])", "ee"), (r"(?<=[a-z])t\b", "tt"), (r"(?<=[a-z])n\b", "nne"),
    (r"(?<=[a-z]{3})ful\b", "full"), (r"\bwh", "w"), (r"(?<=[aeiou])th\b", "the"), (r"(?<=[a-z]{2})s\b", "es"), (r"\bthe(?=[ymnr])", "thei"), (r"v(?=e)", "u"), (r"ou(?=[nts])", "ow"),
)  # fmt: skip


def editions(texts: list[list[str]], rng: random.Random, n: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Pieces in short lines, and the same in another spelling, punctuation and lining; others without a partner."""
    docs: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    pieces = [p[: p.rfind(" ", 0, 420)] for paras in texts for p in paras if len(p) > 160]
    rng.shuffle(pieces)
    half = min(len(pieces) // 2, n)
    docs += [{"id": f"N{k:04}", "text": _verse(p, 44)} for k, p in enumerate(pieces[half:])]
    for k, p in enumerate(pieces[:half]):
        other = _respell(p, rng, (0.0, 0.45, 1.0)[k % 3])
        a, b = (re.sub(r"[\W_]", "", t.replace("&", "and")).casefold() for t in (p, other))
        ratio = fuzz.ratio(a, b) / 100
        tier = "exact" if a == b else "0.95-1" if ratio >= 0.95 else "0.85-0.95" if ratio >= 0.85 else "0.7-0.85"
        docs += [
            {"id": f"Y{k:04}", "text": _verse(p, 44)},
            {"id": f"Q{k:04}", "text": _verse(other, rng.choice((38, 44, 72)))},
        ]
        pairs.append({"a": f"Y{k:04}", "b": f"Q{k:04}", "label": "same_poem", "ratio": round(ratio, 3), "tier": tier})
    return docs, pairs


def _verse(text: str, width: int) -> str:
    return "\n".join(line[:1].upper() + line[1:] for line in textwrap.wrap(" ".join(text.split()), width))


def _respell(text: str, rng: random.Random, share: float) -> str:
    for old, new in _SPELLING:
        text = re.sub(old, lambda m, new=new: new if rng.random() < share else m.group(), text)
    return "".join({",": ";", ";": ",", "“": '"', "”": '"'}.get(c, c) if rng.random() < 0.4 else c for c in text)

"""Generated inputs through the whole program, for a given time, with every seed logged.

    nice -n 19 python benchmarks/robust/fuzz.py --seconds 600 --seed 1 --log fuzz.jsonl
    python benchmarks/robust/fuzz.py --units --seconds 600  # a few words and marks, again and again, up to 30 kB
    python benchmarks/robust/fuzz.py --again 123456789      # one text again, with what went wrong
    python benchmarks/robust/fuzz.py --shrink 123456789     # the shortest text found that fails the same way

``--largest 300`` draws short texts only, many more of them in the same time; a seed means the same text under the same ``--largest``.
``--every`` takes each text through every ``--keep``, as plain text and as Markdown (with marks put in for half of the seeds),
with one ``--keep`` each as a page of HTML and as subtitles, and with dirt in it under some of ``--fix``: thirteen examples a seed.
``--units`` draws texts of one to four words, marks or tags in one order or in any, in each format: what is slow on them grows faster
than the text.

One seed makes one text (repeats, noise, odd Unicode, mixed newlines, any encoding) and the settings for it. Checked: bytes are decoded and
given back; folding says where each letter came from; find, judge, rewrite and the proof end without an error; cleaning twice changes
nothing more; what is outside of the edits stays; every edit has a counterpart that stays; the plan survives its JSON; `undo` gives the old text;
no text takes longer than five seconds (of processor time) for 100 kB; a shorter one may take as long.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from dedupe_cli import api
from dedupe_cli.apply.undo import _rebuilt
from dedupe_cli.errors import DedupeError, LawError, ReadError
from dedupe_cli.read.decode import decode
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.load import encode, read_again
from dedupe_cli.settings import CLEANERS, FORMS, Settings, make
from dedupe_cli.text.fold import fold
from strategies import CHINESE, ENGLISH, MIXED, NEWLINES, ODD, SHORT

if TYPE_CHECKING:
    from dedupe_cli.model import Source

# Seconds of processor time for 100 kB of text; shorter texts get as much.
LIMIT = 5.0
# Texts that are logged of one fault; further ones are counted.
LOGGED = 20
# Characters -> how often a text of this size is drawn.
SIZES = {20: 10, 300: 30, 1500: 40, 6000: 17, 30_000: 2.7, 120_000: 0.3}
CODECS = (
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "big5",
    "shift_jis",
    "windows-1252",
    "koi8-r",
    "iso2022_jp",
    "hz",
)
MARKS = ("", "", "", "> ", "- ", "1. ", "   ", "# ", "- - ", "> > ", "    ", "```\n", "---\n", "| ", "[a]: ")
KEEP = ("best", "first", "last", "longest", "merged")
TAGS = (
    "<p>{}</p>", "<p>{}", "{}<br>", "{}", "<div>{}</div>", "<li>{}</li>", "<ul><li>{}</ul>", "<b>{}</b>", "<td>{}</td>",
    "<h2>{}</h2>", "<pre>{}</pre>", "<em>{}</em> ", "<!--{}-->", "&amp;{}",
)  # fmt: skip
DIRT = (
    "&amp;", "caf\u00c3\u00a9", "\u00c3\u00a9", "\u200b", "\u00a0 ", "-\n", "\x1f", "\u00ad", "ﬁ", "...", "“", "--", "\x0c", "  \n",
    "的 的", "the the ", "1/3\n", "\n\n\n",
)  # fmt: skip
UNITS = (
    "~~~", "```", "***", "---", "===", "# ", "> ", "- ", "1. ", "* ", "| ", "|-", "[a]", "[a](b)", "![", "](", "[a]: b", "<p>", "</p>",
    "<b>", "</b>", "<div>", "</div>", "<li>", "<ul>", "<td>", "<table>", "<br>", "<pre>", "<!--", "-->", "&amp;", "\\", "`", "**", "_",
    "~", "$", "a", "b", "12", "的", "中文", "。", "！", "，", "、", "...", "…", ", ", "a b c", "The ferry is late", "船来晚了", "船来晚了。",
    "The ferry is late. ", " ", "    ", "\t", "\u3000", "\u200b", "\u0301", "😀", "\r", "“", "”", "（", "）", ".. note::", "::", "//",
    "http://a.b/c", "{", "}", "•", "—", "-5", "3.5", "1,000", "第一条", "(1)", "é", "한", "ع", "ไ", "\u2028", "\x0c",
)  # fmt: skip
# Characters of a text of units.
UNITED = (300, 30_000)
ENDS = ("", "\n", "\n\n", " ", "\r\n", "\n \n", "\n    ")
# What no page of HTML and no text file holds.
NOWHERE = {0: None, 0xFEFF: None}
STATEFUL = {"iso2022_jp", "hz"}
ALPHABETS = (
    "ab",
    "a \n",
    "好的。",
    "0123456789",
    "01\n",
    "\u0301e",
    "，。！？",
    " \t\u3000",
    "\r\n",
    "ａＡa",
    "后後里裏",
)


def word(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return "".join(chance.choices("etaoinshrdlu", k=chance.randint(1, 9)))
    if kind < 0.9:
        return "".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(chance.randint(1, 12)))
    return str(chance.randint(0, 9999))


def sentence(chance: random.Random) -> str:
    if chance.random() < 0.6:
        return chance.choice(ENGLISH + CHINESE + MIXED)
    han = chance.random() < 0.5
    words = [word(chance) for _ in range(chance.randint(2, 14))]
    return ("".join(words) + "。") if han else " ".join(words).capitalize() + chance.choice(".!?")


def noisy(chance: random.Random, text: str) -> str:
    rate = chance.choice((0.0, 0.01, 0.03, 0.1, 0.3))
    out = []
    for char in text:
        roll = chance.random()
        if roll >= rate:
            out.append(char)
        elif roll < rate / 3:
            out.append(char * 2)
        elif roll < rate * 2 / 3:
            out.append(chance.choice((*"e的7 ，.\n", chance.choice(ODD), chr(chance.randint(1, 0x2FFFF)))))
    return "".join(out)


def wild(chance: random.Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        return "".join(chr(chance.randint(0, 0x10FFFF)) for _ in range(chance.randint(1, 60)))
    if kind == 1:
        return "".join(chance.choices(ODD, k=chance.randint(1, 30)))
    if kind == 2:
        return "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randint(1, 400)))
    return "e" + "\u0301" * chance.randint(1, 2000)


def piece(chance: random.Random, pool: list[str]) -> str:
    kind = chance.random()
    if pool and kind < 0.4:
        text = chance.choice(pool)
        if chance.random() < 0.5:
            text = noisy(chance, text)
        if chance.random() < 0.3:
            low = chance.randint(0, len(text))
            text = text[low : chance.randint(low, len(text))]
        return text
    if kind < 0.75:
        glue = chance.choice(("", " ", "\n"))
        return glue.join(sentence(chance) for _ in range(chance.randint(1, 6)))
    if kind < 0.85:
        unit = chance.choice((sentence(chance), chance.choice(SHORT), word(chance))) + chance.choice(
            ("", " ", "\n", "\n\n")
        )
        text = unit * chance.randint(2, 40)
        return noisy(chance, text) if chance.random() < 0.3 else text[: len(text) - chance.randint(0, len(unit))]
    if kind < 0.93:
        return chance.choice(SHORT)
    return wild(chance)


def text_of(chance: random.Random, largest: int) -> str:
    """A text of at least one of the sizes (characters) up to ``largest``."""
    sizes = {size: weight for size, weight in SIZES.items() if size <= largest}
    size = chance.choices(list(sizes), list(sizes.values()))[0]
    style = chance.choice((*NEWLINES, None, None))
    pool: list[str] = []
    out: list[str] = []
    length = 0
    while length < size:
        part = piece(chance, pool)
        pool.append(part)
        gap = style if style is not None else chance.choice((*NEWLINES, " ", ""))
        out += [part, gap]
        length += len(part) + len(gap)
    return "".join(out)


def settings_of(chance: random.Random) -> Settings:
    if chance.random() < 0.5:
        return make()
    pick = {
        "unit": chance.choice(("auto", "auto", "line", "sentence", "paragraph")),
        "keep": chance.choice(KEEP),
        "apply": chance.choice(("exact", "similar", "similar", "all")),
        "similarity": chance.choice((50.0, 70.0, 80.0, 95.0, 100.0)),
        "min_length": chance.choice((1, 4, 12, 40)),
        "normalize": frozenset(f for f in sorted(FORMS) if chance.random() < 0.8),
    }
    return make(None, **pick)


class Example(NamedTuple):
    """One text as a file, and how it is cleaned; ``kind`` is a word of ``--type``."""

    data: bytes
    encoding: str
    settings: Settings
    kind: str = "text"


def given(seed: int, largest: int) -> Example:
    """The text, its encoding and the settings that a seed stands for."""
    chance = random.Random(seed)
    text, codec, settings = text_of(chance, largest), chance.choice(CODECS), settings_of(chance)
    if codec == "utf-8":
        return Example(text.encode("utf-8", "ignore"), "auto", settings)
    return Example(text.encode(codec, "ignore"), codec, settings)


def marked_up(chance: random.Random, text: str) -> str:
    """Put the marks of Markdown before the lines of a text."""
    return "".join(chance.choice(MARKS) + line for line in text.splitlines(keepends=True))


def page(chance: random.Random, text: str) -> str:
    """Put the lines of a text between tags."""
    lines = [chance.choice(TAGS).format(line) for line in text.translate(NOWHERE).splitlines()]
    return "<!doctype html>" + "\n".join(lines)


def subtitles(chance: random.Random, text: str) -> str:
    """Put one to three lines of a text into each cue of SubRip."""
    lines = [line for line in text.translate(NOWHERE).splitlines() if line.strip()]
    cues, at, now = [], 0, 0
    while at < len(lines):
        number, step, shown = len(cues) + 1, chance.randint(1, 3), chance.randint(1, 3)
        times = " --> ".join(f"00:{t // 60:02}:{t % 60:02},000" for t in (now, now + 2))
        cues.append("\n".join([str(number), times, *lines[at : at + shown], ""]))
        at, now = at + shown, now + step
    return "\n".join(cues)


def every(seed: int, largest: int) -> list[Example]:
    """The text that a seed stands for, in UTF-8: under every ``--keep``, in several formats, with dirt under ``--fix``."""
    chance = random.Random(seed)
    text = text_of(chance, largest)
    as_markdown = marked_up(chance, text) if chance.random() < 0.5 else text
    ways = [(kind, content, keep) for kind, content in (("text", text), ("markdown", as_markdown)) for keep in KEEP]
    ways += [("html", page(chance, text), chance.choice(KEEP)), ("srt", subtitles(chance, text), chance.choice(KEEP))]
    found = [
        Example(content.encode("utf-8", "ignore"), "utf-8", make(None, keep=keep), kind) for kind, content, keep in ways
    ]
    return [*found, dirty(chance, text)]


def dirty(chance: random.Random, text: str) -> Example:
    """A text with dirt in it, and cleaners for it."""
    for _ in range(chance.randint(0, 12)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(DIRT) + text[at:]
    kind, keep = chance.choice(("text", "text", "markdown", "markdown", "html", "srt")), chance.choice(KEEP)
    names = sorted(set(CLEANERS) - {"remove-phrases"})
    fix = names if chance.random() < 0.5 else chance.sample(names, chance.randint(1, 4))
    if kind != "text" and (kind != "markdown" or chance.random() < 0.5):
        text = {"html": page, "srt": subtitles, "markdown": marked_up}[kind](chance, text)
    return Example(text.encode("utf-8", "ignore"), "utf-8", make(None, keep=keep, fix=frozenset(fix)), kind)


def united(seed: int) -> Example:
    """One to four units and what stands between them, again and again or in any order, as a file of some kind."""
    chance = random.Random(seed)
    units, end = [chance.choice(UNITS) for _ in range(chance.randint(1, 4))], chance.choice(ENDS)
    size = chance.choice(UNITED)
    if chance.random() < 0.5:
        unit = chance.choice(("", " ", "\n")).join(units) + end
        text = unit * (size // max(len(unit), 1) + 1)
    else:
        text = "".join(chance.choice(units) + chance.choice((end, end, "\n")) for _ in range(size // 4))
    kind, keep = chance.choice(("text", "text", "markdown", "markdown", "html", "srt")), chance.choice(KEEP)
    names = sorted(set(CLEANERS) - {"remove-phrases"})
    fix = names if chance.random() < 0.2 else chance.sample(names, chance.choice((0, 0, 0, 1, 2)))
    text = f"<body>{text}" if kind == "html" else subtitles(chance, text[: UNITED[0] * 10]) if kind == "srt" else text
    return Example(text.encode("utf-8", "ignore"), "utf-8", make(None, keep=keep, fix=frozenset(fix)), kind)


class BrokenError(Exception):
    """A law does not hold; the message says which."""


def require(true: object, law: str) -> None:
    if not true:
        raise BrokenError(law)


def check_fold(text: str) -> None:
    folded = fold(text)
    offsets = folded.offsets.tolist()
    require(offsets == sorted(offsets), "fold: the places of the letters never fall")
    require(
        not offsets or 0 <= offsets[0] <= offsets[-1] < len(text),
        "fold: every letter has a place in the text",
    )
    require(len(folded.string) == len(offsets), "fold: one place for each letter")


def check_file(source: Source, settings: Settings, data: bytes) -> int:
    """Clean a file of which the text is only a part, twice; return the number of edits."""
    result = api.run(source, settings)
    require(result.changed or result.data == data, "a file without repeats keeps its bytes")
    second = api.run(read_again(source, result.data), settings)
    require(second.data == result.data, "cleaning twice changes nothing more")
    return len(result.plan.edits)


def check(example: Example) -> int:
    """Run one text through everything; return the number of edits."""
    data, encoding, settings, kind = example
    try:
        source = open_source(data, "in.txt", encoding, kind=kind)
    except ReadError:  # looks binary, or a codec that would not give it back: refused by design
        return -1
    check_fold(source.text)
    if kind not in {"text", "markdown"}:
        return check_file(source, settings, data)
    require(encode(source, source.text) == data, "decoding gives back the bytes")
    made = api._make_plan(source, settings, None)
    try:
        result = api.apply(source, made)
    except LawError as error:
        if encoding in STATEFUL and "cannot hold the result" in str(error):
            return -1  # escape characters of the text itself, which Python's codec takes for its own: refused by name
        raise
    at, kept = 0, []
    for edit in made.edits:
        require(at <= edit.span.start, "edits are in order")
        kept += [source.text[at : edit.span.start], edit.replacement]
        at = edit.span.end
    require("".join([*kept, source.text[at:]]) == result.text, "outside of the edits nothing changes")
    again = read_again(source, result.data)
    require(again.text == result.text, "the file holds the result")
    second = api.run(again, settings)
    require(second.text == result.text, "cleaning twice changes nothing more")
    stored = api.read_plan(api.plan_json(made, source).encode("utf-8"), source)
    require(stored.edits == made.edits, "a plan survives its JSON")
    places = [(e.span.start, len(e.span), len(e.replacement)) for e in made.edits]
    gone = "".join(e.span.of(source.text) for e in made.edits)
    require(_rebuilt(result.text, places, gone) == source.text, "undo gives the old text")
    return len(made.edits)


class Slow(BaseException):
    """The time for one text is up."""


def _ring(*_: object) -> None:
    raise Slow


def outcome(example: Example, limit: float | None = None) -> tuple[str, str]:
    """What went wrong, in a word that stays the same for the same fault, and in full; empty words if nothing."""
    size = len(example.data)
    limit = limit or 3 * LIMIT * max(1.0, size / 100_000)  # cleaned twice, proved, stored: three times one run
    signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        check(example)
    except Slow:
        return "slow", f"longer than {limit:.0f} s for {size} bytes"
    except BrokenError as error:
        return f"law: {error}", str(error)
    except Exception as error:  # every kind is a finding
        signal.setitimer(signal.ITIMER_PROF, 0)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        kind = type(error).__name__
        what = (
            " ".join(w for w in str(error).split() if not any(c.isdigit() for c in w))
            if isinstance(error, DedupeError)
            else ""
        )
        return f"{kind} {Path(frame.filename).stem}.{frame.name} {what}".strip(), traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "", ""


def shrunk(example: Example, fault: str, seconds: float) -> tuple[str, Settings]:
    """A shorter text that fails the same way, and the plainest settings under which it does."""
    end = time.monotonic() + seconds
    text, settings = decode(example.data, "in.txt", example.encoding).text, example.settings

    def fails(candidate: str, chosen: Settings) -> bool:
        coded = candidate.encode("utf-8", "ignore")
        return outcome(Example(coded, "utf-8", chosen, example.kind), 20.0)[0] == fault

    if not fails(text, settings):
        return text, settings
    if fails(text, Settings()):
        settings = Settings()
    step = max(1, len(text) // 2)
    while step and time.monotonic() < end:
        at, smaller = 0, False
        while at < len(text) and time.monotonic() < end:
            candidate = text[:at] + text[at + step :]
            if candidate != text and fails(candidate, settings):
                text, smaller = candidate, True
            else:
                at += step
        if not smaller or step > 1:
            step = step // 2 if step > 1 else int(smaller)
    return text, settings


def examples(seed: int, args: argparse.Namespace) -> list[Example]:
    """What is tried for a seed."""
    if args.units:
        return [united(seed)]
    return every(seed, args.largest) if args.every else [given(seed, args.largest)]


def run(args: argparse.Namespace) -> Counter[str]:
    """Draw seeds until the time is up; log each fault, and the range of seeds."""
    seed, log = args.seed, args.log
    chance, end, began = random.Random(seed), time.monotonic() + args.seconds, time.monotonic()
    faults: Counter[str] = Counter()
    texts = tried = size = 0
    slowest = (0.0, 0)
    with (log or Path("/dev/null")).open("a", encoding="utf-8") as file:
        begun = {
            "begin": seed,
            "seconds": args.seconds,
            "largest": args.largest,
            "every": args.every,
            "units": args.units,
        }
        print(json.dumps(begun), file=file, flush=True)
        while time.monotonic() < end:
            each = chance.getrandbits(48)
            texts += 1
            for example in examples(each, args):
                start = time.monotonic()
                fault, detail = outcome(example)
                length = len(example.data)
                slowest = max(slowest, ((time.monotonic() - start) / max(1.0, length / 100_000), each))
                tried, size = tried + 1, size + length
                if not fault:
                    continue
                faults[fault] += 1
                if faults[fault] <= LOGGED:
                    settings = example.settings
                    found = {
                        "seed": each, "kind": example.kind, "keep": settings.keep, "fix": sorted(settings.fix), "fault": fault,
                    }  # fmt: skip
                    print(json.dumps({**found, "bytes": length, "detail": detail}), file=file, flush=True)
        summary = {
            "end": seed, "texts": texts, "examples": tried, "bytes": size, "faults": faults, "slowest": slowest,
            "processor": round(time.process_time()),
        }  # fmt: skip
        print(json.dumps(summary), file=file)
    print(
        f"seed {seed}: {texts} texts, {tried} examples, {size / 1e6:.1f} MB in {time.monotonic() - began:.0f} s; "
        f"slowest {slowest[0]:.1f} s a check (seed {slowest[1]}); {faults.total()} faults"
    )
    for fault, number in faults.most_common():
        print(f"  {number:5}  {fault}")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--log", type=Path)
    parser.add_argument(
        "--largest", type=int, default=max(SIZES), choices=SIZES, help="size of the largest texts, in characters"
    )
    parser.add_argument("--every", action="store_true", help="every --keep, as plain text and as Markdown")
    parser.add_argument("--units", action="store_true", help="a few words and marks, again and again")
    parser.add_argument("--again", type=int, metavar="SEED")
    parser.add_argument("--shrink", type=int, metavar="SEED")
    args = parser.parse_args()
    if args.again is None and args.shrink is None:
        return int(bool(run(args)))
    failed = False
    for example in examples(args.again if args.shrink is None else args.shrink, args):
        fault, detail = outcome(example)
        failed = failed or bool(fault)
        said = fault or "nothing wrong"
        print(len(example.data), example.encoding, example.kind, example.settings, said, detail, sep="\n")
        if fault and args.shrink is not None:
            text, settings = shrunk(example, fault, min(args.seconds, 120))
            print(f"{settings.as_dict()}\n{len(text)} characters: {text!r}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

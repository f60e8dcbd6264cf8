"""What cleaners restore of texts that were made dirty, what they leave alone, and what they cost.

    python benchmarks/quality/cleaning.py --shared ../shared --into benchmarks/README.md

Grounds are the 40 Chinese and 20 English texts without repeats; the dirt is drawn with fixed seeds. A text counts as
restored when it is again what it was, character for character.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pages

from dedupe_cli import api
from dedupe_cli.cleaners.run import fixes
from dedupe_cli.settings import SAFE
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202a\u202c"
NO_START = "，。、；：？！”’）》」』…,.;:?!)"
Row = tuple[str, str, str, bool | None]


def cleaned(text: str, *names: str) -> str:
    return rewrite(text, fixes(text, set(names)))


def ground(shared: Path) -> tuple[list[str], list[str]]:
    """The Chinese and the English texts."""
    found = []
    for lang in ("zh", "en"):
        files = sorted((shared / "data" / f"clean_{lang}").glob("*.txt"))
        found.append([path.read_bytes().decode() for path in files])
    return found[0], found[1]


def share(good: int, total: int) -> str:
    return f"{good} of {total} ({good / max(total, 1):.1%})"


# What stays


def stays(zh: list[str], en: list[str]) -> Iterable[Row]:
    texts = [*zh, *en]
    changed = sum(bool(fixes(text, SAFE)) for text in texts)
    yield "safe cleaners on clean texts: changed", "0", f"{changed} of {len(texts)}", changed == 0


# Dirt


def invisible(text: str, rng: random.Random) -> str:
    return "".join(c + (rng.choice(INVISIBLE) if rng.random() < 0.02 else "") for c in text)


def trailing(text: str, rng: random.Random) -> str:
    blanks = [" ", "\t", "\u3000", "   ", " \t ", "\u00a0"]
    return "".join(line + (rng.choice(blanks) if rng.random() < 0.5 else "") + "\n" for line in text.split("\n")[:-1])


def blanks(text: str, rng: random.Random) -> str:
    return re.sub(r"\n\n", lambda _: "\n\n" + "".join(rng.choice(["", "\n", "\n \n"]) for _ in range(3)), text)


def controls(text: str, rng: random.Random) -> str:
    return "".join(c + (rng.choice("\x00\x01\x08\x1f\x7f\x80") if rng.random() < 0.005 else "") for c in text)


DIRT: dict[str, tuple[Callable[[str, random.Random], str], tuple[str, ...]]] = {
    "invisible characters": (invisible, ("invisible",)),
    "control characters": (controls, ("control-chars",)),
    "white space at the ends of lines": (trailing, ("trailing-space",)),
    "blank lines": (blanks, ("trailing-space", "blank-lines")),
}


def dirt(zh: list[str], en: list[str]) -> Iterable[Row]:
    for name, (spoil, cleaners) in DIRT.items():
        rng = random.Random(11)
        good = total = 0
        for text in (each.rstrip("\n") + "\n" for each in (*zh, *en)):
            good += cleaned(spoil(text, rng), *cleaners) == text
            total += 1
        yield f"{name}: restored", "≥ 99 %", share(good, total), good >= 0.99 * total


# Mojibake


def latin(data: bytes, codec: str) -> str:
    """Bytes read as Latin-1, or as browsers read Windows-1252."""
    if codec == "latin-1":
        return data.decode(codec)
    return "".join(bytes([b]).decode("cp1252") if b not in b"\x81\x8d\x8f\x90\x9d" else chr(b) for b in data)


def by_ftfy(text: str) -> str:
    from ftfy import fix_encoding  # noqa: PLC0415

    return fix_encoding(text)


def mojibake(zh: list[str], en: list[str]) -> Iterable[Row]:
    ways: dict[str, tuple[list[str], Callable[[str], str], float]] = {
        "UTF-8 read as Latin-1": ([*zh, *en], lambda t: latin(t.encode(), "latin-1"), 0.99),
        "UTF-8 read as Windows-1252": ([*zh, *en], lambda t: latin(t.encode(), "cp1252"), 0.99),
        "GB18030 read as Latin-1": (zh, lambda t: latin(t.encode("gb18030"), "latin-1"), 0.99),
        "GB18030 read as Windows-1252": (zh, lambda t: latin(t.encode("gb18030"), "cp1252"), 0.99),
    }
    for name, (texts, spoil, least) in ways.items():
        dirty = [(text, spoil(text)) for text in texts]
        dirty = [(text, bad) for text, bad in dirty if text != bad]
        good = sum(cleaned(bad, "mojibake") == text for text, bad in dirty)
        ftfy = sum(by_ftfy(bad) == text for text, bad in dirty)
        what = f"{share(good, len(dirty))}; ftfy {ftfy}"
        yield f"{name}: restored", f"≥ {least:.0%}", what, good >= least * len(dirty)
    right = wrong = whole = left = lost = ftfy = 0
    for text in zh:
        good = re.sub("(?<=[，。])(?=.)", "\n", text)
        bad = good.encode().decode("gb18030", "replace")
        edits = fixes(bad, {"mojibake"})
        lines = [text.split("\n") for text in (good, bad, rewrite(bad, edits), by_ftfy(bad))]
        for meant, read, found, other in zip(*lines, strict=True):
            if "\ufffd" in read:
                lost, left = lost + 1, left + (found in {read, meant})
            elif meant != read:
                whole, right, ftfy = whole + 1, right + (found == meant), ftfy + (other == meant)
        wrong += sum(edit.replacement not in good for edit in edits)
    what = f"{share(right, whole)}; ftfy {ftfy}; put in wrongly {wrong}"
    yield "UTF-8 read as GBK, a clause a line: lines that lost nothing: restored", "≥ 90 %", what, right >= 0.9 * whole
    yield (
        "lines that lost a byte: restored as a whole or left as they are",
        "≥ 99.9 %",
        share(left, lost),
        left >= 0.999 * lost,
    )


# Lines


def wrapped_zh(text: str, width: int = 64) -> str:
    """Lines of 32 Han characters; words stay whole, closing marks may stand beyond the margin."""
    lines, now, used = [], "", 0
    for token in re.findall(r"[A-Za-z0-9.%@/_'-]+|\s+|.", text):
        size = sum(2 if ord(c) > 0x2E7F else 1 for c in token)
        if used + size > width and token not in NO_START:
            lines.append(now.rstrip(" "))
            now, used = token.lstrip(" "), size if token.strip() else 0
        else:
            now, used = now + token, used + size
    return "\n".join([*lines, now])


def wrapped_en(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 72, break_long_words=False, break_on_hyphens=False))


def paragraphs(text: str, *, joined: str) -> list[str]:
    found = [joined.join(p.split("\n")).strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    return [re.sub(r"\s+", " ", p) for p in found]


def wraps(zh: list[str], en: list[str]) -> Iterable[Row]:
    for name, texts, wrap, joined in (("32 Han", zh, wrapped_zh, ""), ("72 Latin", en, wrapped_en, " ")):
        for gap, how in (("\n\n", "blank lines between paragraphs"), ("\n", "nothing between paragraphs")):
            good = total = wrong = newlines = 0
            for text in texts:
                parts = paragraphs(text, joined=joined)
                out = cleaned(gap.join(map(wrap, parts)) + "\n", "wrap").split("\n")
                known = set(out)
                many = [p for p in parts if "\n" in wrap(p)]
                good += sum(p in known for p in many)
                total += len(many)
                wrong += sum(not any(line.startswith(p[:20]) for line in out) for p in parts[1:])
                newlines += sum(wrap(p).count("\n") for p in parts)
            rate = wrong / newlines
            goal = ("≥ 95 %, ≤ .5 %", good >= 0.95 * total and rate <= 0.005)
            what = f"{share(good, total)}; wrong joins {wrong} of {newlines} ({rate:.2%})"
            yield f"lines of {name} characters, {how}: paragraphs restored", goal[0], what, goal[1]


def hyphenated(text: str, rng: random.Random) -> tuple[str, int, int]:
    """A wrapped paragraph with one in twenty words divided at the end of its line; places, and real hyphens there."""
    lines = wrapped_en(text).split("\n")
    words = places = hyphens = 0
    for i in range(len(lines) - 1):
        first, _, rest = lines[i + 1].partition(" ")
        letters = re.match(r"[a-z]+", first)
        words += len(lines[i].split())
        hyphens += lines[i].endswith("-")
        if places < words / 20 and rest and letters and len(letters[0]) >= 5:
            cut = rng.randint(2, len(letters[0]) - 2)
            lines[i], lines[i + 1] = f"{lines[i]} {first[:cut]}-", f"{first[cut:]} {rest}"
            places += 1
    return "\n".join(lines), places, hyphens


def hyphenation(en: list[str]) -> Iterable[Row]:
    rng = random.Random(5)
    good = total = places = 0
    for text in en:
        parts = paragraphs(text, joined=" ")
        dirty = []
        for part in parts:
            bad, count, _ = hyphenated(part, rng)
            dirty.append(bad)
            places += count
        known = set(cleaned("\n\n".join(dirty) + "\n", "hyphenation", "wrap").split("\n"))
        many = [p for p, bad in zip(parts, dirty, strict=True) if bad != p]
        good += sum(p in known for p in many)
        total += len(many)
    yield (
        f"{places} words divided at line ends: paragraphs restored",
        "≥ 95 %",
        share(good, total),
        good >= 0.95 * total,
    )


# Together with repeats


def captions(shared: Path) -> Iterable[Row]:
    """Rolling captions with a zero-width space between any two words here and there."""
    rng = random.Random(3)
    rows = [
        json.loads(line) for line in (shared / "data" / "rolling_captions_en" / "docs.jsonl").open(encoding="utf-8")
    ]
    key = "text" if "text" in rows[0] else next(k for k, v in rows[0].items() if isinstance(v, str) and len(v) > 200)
    sizes = {"clean": 0, "dirty": 0, "fixed": 0}
    for row in rows:
        text = row[key]
        bad = re.sub(r"(?<=\w)(?=\w)", lambda _: "&shy;" if rng.random() < 0.01 else "", text)
        sizes["clean"] += len(api.clean(text))
        sizes["dirty"] += len(api.clean(bad).replace("&shy;", ""))
        sizes["fixed"] += len(api.clean(bad, fix="safe"))
    what = f"{sizes['clean']} without dirt; {sizes['dirty']} as they are; {sizes['fixed']} with --fix safe"
    yield "captions with entities in words: characters left", "", what, None


def variants(shared: Path) -> Iterable[Row]:
    path = shared / "data" / "variants_zh" / "variants.jsonl"
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    kept = 0
    for row in rows:
        text = f"{row['a']}\n\n{row['b']}\n"
        kept += api.clean(text, fix="all") == cleaned(text, *api.make("ocr", fix="all").fix)
    yield (
        "variants (number, time, negation, name): both stay under --fix all",
        "all",
        share(kept, len(rows)),
        kept == len(rows),
    )


def heads(zh: list[str], en: list[str]) -> Iterable[Row]:
    """Scanned pages: lines, a head every 36 of them, and a paragraph that a head cuts in two said again behind it all."""
    for name, texts, wrap, joined, head in (
        ("Chinese", zh[:10], wrapped_zh, "", "村志 卷二"), ("English", en[:10], wrapped_en, " ", "THE HISTORY OF THE VILLAGE"),
    ):  # fmt: skip
        parts = [p for text in texts for p in paragraphs(text, joined=joined)]
        lines = "\n\n".join(map(wrap, parts)).split("\n")
        out, number, cut = [], 11, []
        for i, line in enumerate(lines):
            if i and i % 36 == 0:
                out += ["", f"{head} {number}", ""]
                number += 1
                if line and lines[i - 1]:
                    cut.append(next(p for p in parts if wrap(p).find(line) >= 0))
            out.append(line)
        again = "\n\n".join(wrap(p) for p in cut)
        bad = "\n".join(out) + f"\n\n{again}\n"
        fixed = cleaned(bad, "furniture", "wrap", "broken-paragraph")
        said = sum(map(len, cut))
        before = len("".join(api.clean(bad).split())) - len("".join("".join(parts).split()))
        left = len("".join(api.clean(bad, fix="furniture,wrap,broken-paragraph").split())) - len(
            "".join("".join(parts).split())
        )
        what = f"heads left {fixed.count(head)}; characters too many {before} as they are, {left} with --fix"
        yield f"{name}, {number - 11} pages with running heads, {said} characters said again", "", what, None


# Cost


def cost(zh: list[str], en: list[str]) -> Iterable[Row]:
    from dedupe_cli.pipeline import make_plan  # noqa: PLC0415

    for name, texts in (("Chinese", zh), ("English", en)):
        text = "\n\n".join(texts)
        source = api._source(text)
        find = min(_timed(lambda s=source: make_plan(s, api.make(None))) for _ in range(2))  # type: ignore[misc]
        both = min(_timed(lambda s=source: make_plan(s, api.make(None, fix="safe"))) for _ in range(2))  # type: ignore[misc]
        more = both / find - 1
        yield f"time of finding, {name}, {len(text)} characters: --fix safe adds", "≤ 50 %", f"{more:.0%}", more <= 0.5


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def encodings(zh: list[str], en: list[str], shared: Path) -> Iterable[Row]:
    """Twenty texts with a repeat in each encoding: the result is that of UTF-8."""
    from dedupe_cli.errors import DecodeError  # noqa: PLC0415

    parts = [text.split("\n\n") for text in zh[:20]]
    texts = ["\n\n".join([*part, part[0]]) + "\n" for part in parts]
    docs = (shared / "data" / "tang_two_editions_zh" / "docs.jsonl").open(encoding="utf-8")
    poems = [json.loads(line)["text"] for line in docs]
    old = [f"{a}\n\n{b}\n\n{a}\n" for a, b in zip(poems[:20], poems[20:40], strict=True)]
    latin = ["\n\n".join([*(part := text.split("\n\n")), part[0]]) + "\n" for text in en[:20]]
    codecs = ("gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "windows-1252")
    for codec in (*codecs, "shift_jis", "euc_kr"):
        good = unsure = wrong = 0
        for text in {"big5": old, "windows-1252": latin}.get(codec, texts):
            data = text.encode(codec, "ignore")
            plain = data.decode(codec)
            try:
                from dedupe_cli.read.decode import decode  # noqa: PLC0415

                source = decode(data, "a")
            except DecodeError:
                unsure += 1
                continue
            result = api.run(source, api.make(None))
            good += source.text == plain and result.text == api.clean(plain)
            wrong += source.text != plain
        what = f"{good} the same, {unsure} ask for --encoding, {wrong} wrong"
        if codec in {"shift_jis", "euc_kr"}:
            yield f"Chinese in {codec}, what it has of it", "0 wrong", what, wrong == 0
        else:
            met = wrong == 0 and (codec == "big5" or unsure == 0) and good + unsure == 20
            yield f"20 texts in {codec}: cleaned as in UTF-8", "all", what, met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--into", type=Path)
    args = parser.parse_args()
    zh, en = ground(args.shared)
    table = []
    for rows in (
        stays(zh, en), dirt(zh, en), mojibake(zh, en), wraps(zh, en), hyphenation(en), captions(args.shared),
        variants(args.shared), heads(zh, en), encodings(zh, en, args.shared), cost(zh, en),
    ):  # fmt: skip
        for what, target, reached, met in rows:
            verdict = {True: "met", False: "**missed**", None: ""}[met]
            table.append([what, target, reached, verdict])
            print(*table[-1], sep=" | ", flush=True)
    if args.into:
        pages.put(args.into, "cleaning", pages.table(["what", "target", "reached", ""], table))


if __name__ == "__main__":
    main()

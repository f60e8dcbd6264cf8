"""Real pages with paragraphs said again: only the repeats go, and all other markup stays.

Each page is cleaned first (its own repeats would hide what is measured), then some of its paragraphs are said again
behind a later one; then it is cleaned again. lxml reads both pages: what differs may be deleted tags and words only.

    python benchmarks/containers/web_pages.py --pages DIR... --into benchmarks/README.md
"""

from __future__ import annotations

import argparse
import difflib
import random
import re
import sys
from pathlib import Path

import lxml.html

from dedupe_cli import api
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.settings import make

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

import pages

PARAGRAPH = re.compile(r"<p>(?:(?!</?p\b).)*</p>\n?", re.DOTALL)
# A paragraph of fewer Han characters and words is not said again.
LEAST = 14
UNIT = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
LARGEST = 150_000
WORD = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+")
UTF8 = lxml.html.HTMLParser(encoding="utf-8")


def clean(page: str) -> api.Result:
    return api.run(open_source(page.encode(), "x.html"), make())


def new(result: api.Result) -> str:
    return result.data.decode()


def injected(page: str, rng: random.Random, most: int) -> tuple[str, int]:
    """Say some paragraphs again, each behind a later one."""
    found = list(PARAGRAPH.finditer(page))
    long = [m for m in found if len(UNIT.findall(re.sub(r"<[^>]+>", "", m[0]))) >= LEAST]
    places = []
    for match in rng.sample(long, min(most, len(long))):
        later = [m.end() for m in found if m.start() > match.start()]
        if later:
            places.append((rng.choice(later), match[0]))
    out, at = [], 0
    for place, said in sorted(places):
        out += [page[at:place], said]
        at = place
    return "".join([*out, page[at:]]), len(places)


def parts(page: str) -> list[str]:
    """The tags with their attributes, and words and Han characters, as another parser reads them."""
    out = []
    for event in lxml.html.fromstring(page.encode(), parser=UTF8).iter():
        if isinstance(event.tag, str):
            out.append(f"<{event.tag} {sorted(event.attrib.items())}>")
        out += WORD.findall(f"{event.text or ''} {event.tail or ''}")
    return out


def only_deletions(before: list[str], after: list[str]) -> bool:
    rest = iter(before)
    return all(part in rest for part in after)


def chosen(folders: list[Path], n: int, rng: random.Random) -> list[str]:
    """Pages with three long paragraphs at least, the same number from each folder."""
    out = []
    for folder in folders:
        paths = sorted(path for path in folder.rglob("*.html") if 4000 < path.stat().st_size < LARGEST)
        rng.shuffle(paths)
        texts = (path.read_text(encoding="utf-8", errors="replace") for path in paths)
        usable = (text for text in texts if "\r" not in text and len(PARAGRAPH.findall(text)) >= 6)
        out += [text for text, _ in zip(usable, range(n // len(folders)), strict=False)]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, nargs="+", required=True, help="folders of HTML files")
    parser.add_argument("--n", type=int, default=60)
    parser.add_argument("--most", type=int, default=5)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--show", action="store_true", help="print what differs")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    put = left = equal = only = again = own = 0
    texts = chosen(args.pages, args.n, rng)
    for page in texts:
        first = clean(page)
        own += first.changed
        base = parts(new(first))
        dirty, count = injected(new(first), rng, args.most)
        result = clean(dirty)
        now = parts(new(result))
        fits = only_deletions(parts(page), base) and only_deletions(parts(dirty), now)
        same = now == base
        put, equal, only = put + count, equal + same, only + fits
        size = max(len(dirty) - len(new(first)), 1)
        left += 0 if same else round(count * (1 - (len(dirty) - len(new(result))) / size))
        again += clean(new(result)).changed
        if args.show and not fits:
            print("more than deletions:")
        if args.show and not (same and fits):
            print("\n".join(difflib.unified_diff(new(first).splitlines(), new(result).splitlines(), lineterm="", n=1)))
    total = len(texts)
    rows = [
        ["pages that differ by deleted tags and words only", f"{total} of {total}", f"{only} of {total}"],
        ["pages that are those without the repeats", "", f"{equal} of {total}"],
        ["paragraphs said again that are left", "", f"{left} of {put}"],
        ["pages that change when they are cleaned again", "0", str(again)],
    ]
    print(f"{own} of {total} pages have repeats of their own")
    for row in rows:
        print(*row, sep=" | ")
    if args.into:
        pages.put(args.into, "html", pages.table(["", "target", "reached"], rows))


if __name__ == "__main__":
    main()

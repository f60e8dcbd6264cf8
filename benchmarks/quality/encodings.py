"""Which encoding is this: right, wrong or unsure, for whole texts and the first 200 bytes, beside other detectors.

    python benchmarks/quality/encodings.py --shared ../shared --manuals DIR --into benchmarks/README.md

The extra `bench` has the others. Traditional characters are those of the Tang poems, and the articles converted by OpenCC.
``--manuals``: the unpacked Debian package manpages-zh, pages in zh_CN and zh_TW.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pages

from dedupe_cli.read.detect import detect

if TYPE_CHECKING:
    from collections.abc import Callable

# Short texts of languages that the shared material has none of, written for this benchmark.
OWN = {
    "shift_jis": [
        "昨日は雨が降っていたので、図書館で古い地図を見ていました。駅から海までの道は、今とはまったく違っていたようです。",
        "この橋は百年前に村の人たちが石を運んで作ったものです。毎年の秋には、ここで小さな祭りが行われます。",
        "新しいソフトをインストールしてから、画面の右上にあるボタンを押してください。設定はいつでも変えられます。",
    ],
    "euc-kr": [
        "어제는 비가 와서 도서관에서 오래된 지도를 보고 있었습니다. 역에서 바다까지 가는 길은 지금과 아주 달랐던 것 같습니다.",
        "이 다리는 백 년 전에 마을 사람들이 돌을 날라서 만든 것입니다. 해마다 가을이 되면 여기에서 작은 축제가 열립니다.",
        "새 프로그램을 설치한 다음에는 화면 오른쪽 위에 있는 단추를 눌러 주십시오. 설정은 언제든지 바꿀 수 있습니다.",
    ],
    "windows-1252": [
        "L'été dernier, la rivière était si basse que les élèves ont trouvé une épée près du pont où l'on pêche.",
        "Für die Brücke über den Fluß wurden größere Steine gebraucht, als man in der Nähe gefunden hätte.",
        "El año pasado la señora Núñez plantó un árbol pequeño junto al camión; mañana dará sombra también aquí.",
        "På våren får båten ny färg, och över ån går det en bro där vi får se fåglar.",
    ],
    "windows-1250": [
        "Žluté květiny rostou u řeky, kde každý večer sedávají rybáři a čekají, až přijde déšť.",
        "Wczoraj wieczorem łódź rybaków wróciła późno, ponieważ sieć zaczepiła się o gałęzie pod mostem.",
        "Tavaly nyáron a folyó vize olyan alacsony volt, hogy a gyerekek átmentek rajta a túlsó erdőbe.",
    ],
    "windows-1251": [
        "Прошлым летом вода в реке стояла так низко, что дети находили под мостом старые монеты и гвозди.",
        "Каждый вечер сторож записывает в синюю тетрадь, сколько лодок вернулось и какая была погода.",
    ],
    "windows-1253": [
        "Το περασμένο καλοκαίρι το νερό του ποταμού ήταν τόσο χαμηλά που τα παιδιά έβρισκαν παλιά νομίσματα.",
    ],
}  # fmt: skip

# What stands for the same text in the same bytes, for what is compared here.
FAMILIES = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5hkscs": "big5", "cp950": "big5", "big5_hkscs": "big5",
    "cp932": "shift_jis", "windows_31j": "shift_jis", "shift_jis_2004": "shift_jis", "shift_jisx0213": "shift_jis",
    "cp949": "euc_kr", "uhc": "euc_kr", "johab": "johab", "utf_16_le": "utf_16", "utf_16_be": "utf_16",
    "utf_32_le": "utf_32", "utf_32_be": "utf_32",
}  # fmt: skip


def manuals(folder: Path, lang: str, most: int = 40) -> list[str]:
    """Pages of a language, evenly chosen from those that are long enough, from their first character of it on."""
    paths = sorted((folder / "usr" / "share" / "man" / lang).rglob("*.gz"))
    found = [text for text in (gzip.decompress(p.read_bytes()).decode() for p in paths) if len(text) > 1500]
    return [re.sub(r"^[\0-\x7f]+", "", text) for text in found[:: max(len(found) // most, 1)][:most]]


def texts(shared: Path, debian: Path | None) -> dict[str, list[str]]:
    """Texts by the encoding that they are tried in, and what they are behind a comma."""
    zh = [p.read_text(encoding="utf-8") for p in sorted((shared / "data" / "clean_zh").glob("*.txt"))]
    rows = [json.loads(x) for x in (shared / "data" / "tang_two_editions_zh" / "docs.jsonl").open(encoding="utf-8")]
    poems = [r["text"] for r in rows if len(r["text"]) > 60]
    traditional = poems[:40]
    try:
        from opencc import OpenCC  # noqa: PLC0415  (extra "bench")
    except ImportError:
        print("without opencc: big5 is tried with poems alone")
    else:
        turn = OpenCC("s2twp")
        traditional += [turn.convert(t) for t in zh]
    en = [p.read_text(encoding="utf-8") for p in sorted((shared / "data" / "clean_en").glob("*.txt"))]
    return {
        "gb18030": zh + poems[:40],
        "big5": traditional,
        **({"gb18030, manuals": manuals(debian, "zh_CN"), "big5, manuals": manuals(debian, "zh_TW")} if debian else {}),
        "utf-16-le": zh + en,
        "utf-16-be": zh + en,
        "utf-32-le": zh,
        **OWN,
    }


def encoded(text: str, codec: str) -> bytes:
    """The text in an encoding, without what that does not have."""
    return text.encode(codec, "ignore")


def head(text: str, codec: str, size: int) -> bytes:
    """As many whole characters as fit into so many bytes."""
    out = b""
    for char in text[:size]:
        more = encoded(char, codec)
        if len(out) + len(more) > size:
            break
        out += more
    return out


def ours(data: bytes) -> str | None:
    guess = detect(data)
    return guess.encoding if guess and guess.sure else None


def charset_normalizer(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415  (extra "bench")

    best = from_bytes(data).best()
    return best.encoding if best else None


def chardet(data: bytes) -> str | None:
    from chardet import detect as found  # noqa: PLC0415  (extra "bench")

    best = found(data)
    return best["encoding"] if (best["confidence"] or 0) >= 0.5 else None


def cchardet(data: bytes) -> str | None:
    from cchardet import detect as found  # noqa: PLC0415  (extra "bench")

    best = found(data)
    return best["encoding"] if best["encoding"] and (best["confidence"] or 0) >= 0.5 else None


DETECTORS: dict[str, Callable[[bytes], str | None]] = {
    "dedupe": ours,
    "charset-normalizer": charset_normalizer,
    "chardet": chardet,
    "faust-cchardet": cchardet,
}


def verdict(name: str | None, data: bytes, codec: str) -> str:
    """Right: the text comes out as it was. Wrong: another text. Unsure: no answer, or one that cannot be."""
    if name is None:
        return "unsure"
    try:
        return "right" if data.decode(name.replace("utf_8_sig", "utf-8")) == data.decode(codec) else "wrong"
    except (UnicodeError, LookupError):
        return "wrong"


def measure(shared: Path, debian: Path | None) -> list[list[str]]:
    rows = []
    for kind, sample in texts(shared, debian).items():
        codec = kind.split(",")[0]
        for size in (0, 200, 60):
            cells = [f"{kind}, {'whole' if not size else f'{size} bytes'}"]
            for name, detector in DETECTORS.items():
                count: Counter[str] = Counter()
                try:
                    for text in sample:
                        data = head(text, codec, size) if size else encoded(text, codec)
                        if not _plain(data):
                            count[verdict(detector(data), data, codec)] += 1
                except ImportError:
                    count["not installed"] += 1
                    print(f"{name} is not installed")
                cells.append(" / ".join(str(count[k]) for k in ("right", "wrong", "unsure")))
            rows.append(cells)
            print(*cells, sep=" | ", flush=True)
    return rows


def _plain(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeError:
        return False
    return b"\0" not in data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--manuals", type=Path, help="the unpacked Debian package manpages-zh")
    parser.add_argument("--into", type=Path)
    args = parser.parse_args()
    table: list[Any] = [["right / wrong / unsure", *DETECTORS], *measure(args.shared, args.manuals)]
    if args.into:
        rows = [[str(cell) for cell in row] for row in table]
        pages.put(args.into, "encodings", pages.table(rows[0], rows[1:]))


if __name__ == "__main__":
    main()

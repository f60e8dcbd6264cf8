"""Entries of a list in a damaged text: each says something else in the same words, and none may go for a copy.

    python benchmarks/decide/entries.py --n 300          # how many of the entries are lost
    python benchmarks/decide/entries.py --n 300 --show   # ... and which

A text has two to twelve entries of one form, three paragraphs, and one to three of these again with errors.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "quality"))

from noise import alphabet, spoil_text

from dedupe_cli import api

NAMES = {
    "zh": list("东西南北水旧新石柳塔桥园井山"),
    "en": [
        "East",
        "West",
        "South",
        "North",
        "Mill",
        "Old",
        "New",
        "Stone",
        "Willow",
        "Tower",
        "Bridge",
        "Garden",
        "Well",
        "Hill",
    ],
}
PEOPLE = {
    "zh": [
        "老兵",
        "学徒",
        "寡妇",
        "铁匠",
        "船工",
        "木匠",
        "瓦匠",
        "裁缝",
        "渔夫",
        "更夫",
        "挑夫",
        "车夫",
        "猎户",
        "石匠",
    ],
    "en": [
        "soldier",
        "baker",
        "widow",
        "smith",
        "boatman",
        "joiner",
        "mason",
        "tailor",
        "fisher",
        "watchman",
        "porter",
        "carter",
        "hunter",
        "cutter",
    ],
}
WEATHER = {"zh": list("雨雪雾风霜"), "en": ["rainy", "snowy", "foggy", "windy", "frosty"]}
FIRST = {"zh": list("五六七"), "en": ["five", "six", "seven"]}
SECOND = {"zh": list("八九十"), "en": ["eight", "nine", "ten"]}
FORMS = {
    "zh": (
        "{n}门：每天早上{a}点开，晚上{b}点关，由{c}看守，{d}天不开。",
        "{n}村去年收成不好，{c}带着全家到外地去，今年春天才回来，房子已经漏了{d}。",
        "第{a}排的座位留给{c}，票价{b}元，{d}天退票不扣手续费，其他日子概不退换。",
    ),
    "en": (
        "{n} gate: opens at {a} and closes at {b}, kept by the {c}, shut on {d} days.",
        "In {n} street the {c} sells bread from {a} to {b}, but never when it is {d} outside.",
        "The {c} of {n} pays {a} francs for the boat and {b} for the nets, {d} or not.",
    ),
}
PARAGRAPHS = {
    "zh": (
        "城门的钥匙一共有三把，一把在守门人手里，一把在衙门的柜子里，还有一把挂在钟楼的墙上，谁也没有用过，锈得连齿都看不清了。",
        "夜里要出城的人先到钟楼去找更夫，说清楚是看病、接生还是报丧，更夫提着灯笼陪他走到门边，等他出去以后再把门闩插好。",
        "镇上的邮局只有一个窗口，寄信的人排到街上，下雨天都站在对面布店的屋檐下，布店老板从来不赶人，还给老人搬凳子。",
    ),
    "en": (
        "There are three keys to the gates, one in the hand of the keeper, one in the drawer at the town hall, and one on the wall of the bell tower.",
        "Who must leave by night goes to the watchman first and says whether it is for a doctor, a midwife or a burial.",
        "The post office has a single window, and people who want to send letters stand in a line that reaches the draper on the other side.",
    ),
}
COUNTS, RATES = (2, 2, 3, 3, 4, 5, 8, 12), (0.01, 0.03, 0.06)


def text(rng: random.Random) -> tuple[str, list[str]]:
    """A text, and its entries."""
    lang = rng.choice(("zh", "en"))
    form, paragraphs = rng.choice(FORMS[lang]), PARAGRAPHS[lang]
    entries = [
        form.format(
            n=NAMES[lang][k],
            a=rng.choice(FIRST[lang]),
            b=rng.choice(SECOND[lang]),
            c=PEOPLE[lang][k],
            d=rng.choice(WEATHER[lang]),
        )
        for k in rng.sample(range(len(PEOPLE[lang])), rng.choice(COUNTS))
    ]
    gap, mark = rng.choice(("\n", "\n\n")), rng.choice(("", "- "))
    parts = [gap.join(mark + entry for entry in entries), *paragraphs]
    rng.shuffle(parts)
    letters, rate = alphabet("".join(paragraphs)), rng.choice(RATES)
    parts += [spoil_text(p, rng, "random", rate, letters) for p in rng.sample(paragraphs, rng.choice((1, 2, 3)))]
    return "\n\n".join(parts) + "\n", entries


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--n", type=int, default=300)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--show", action="store_true")
    a = ap.parse_args()
    rng, found = random.Random(a.seed), Counter[str]()
    for _ in range(a.n):
        made, entries = text(rng)
        kept = api.clean(made)
        lost = [entry for entry in entries if entry not in kept]
        found["entries"] += len(entries)
        found["lost"] += len(lost)
        for entry in lost if a.show else ():
            print(f"{len(entries)} entries: {entry}")
    print(f"{found['lost']} of {found['entries']} entries are lost")


if __name__ == "__main__":
    main()

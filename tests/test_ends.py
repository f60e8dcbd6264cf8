"""A sentence that begins or ends with another word than one that stands elsewhere is said once: it stays."""

from __future__ import annotations

from itertools import product

import pytest

from dedupe_cli import clean

ENGLISH = (
    "The keeper had seen the fire from the tower and had run to ring the bell of the chapel.",
    "Most of the boats had left the harbour before the wind turned round to the north.",
    "A narrow road leads from the mill to the bridge and on to the old harbour.",
)
WORDS = ("never", "Anna", "seven", "not", "we", "old")
CHINESE = (
    "镇长看见塔上起火以后跑去敲响了教堂的钟，村里的人都听见了。",
    "会员到了年底可以免费坐一次渡轮，还能把行李寄放在码头的仓库里。",
    "站长每天早上六点打开候车室的门，给炉子添上煤，再去看夜里来的电报。",
)
AFFIXES = ("副", "前", "非", "原", "老")
PLACES = {
    "apart": "{0}\n\n{between}\n\n{1}\n",
    "right behind": "{0}\n\n{1}\n",
    "lines": "{0}\n{between}\n{1}\n",
    "inside of the later paragraph": "{0}\n\n{between}\n\n{before}{1}{behind}\n",
    "inside of both paragraphs": "{behind}{0}{before}\n\n{between}\n\n{before}{1}{behind}\n",
}


def english() -> list[tuple[str, str]]:
    """Return pairs of sentences that differ in their first or last word, or of which one has a word more there."""
    out = []
    for sentence, word in product(ENGLISH, WORDS):
        first, *rest = sentence[:-1].split()
        out += [
            (sentence, " ".join((word.capitalize(), first.lower(), *rest)) + "."),
            (sentence, " ".join((word.capitalize(), *rest)) + "."),
            (sentence, f"{sentence[:-1]} {word}."),
            (sentence, " ".join((first, *rest[:-1], word)) + "."),
        ]
    he = ENGLISH[0].replace("The keeper", "He")
    out += [(he, he.replace("He ", she)) for she in ("She ", "We ", "They ")]
    out += [(f"Un{he.lower()}", he), (f"15 {ENGLISH[1].lower()}", f"5 {ENGLISH[1].lower()}"), (f"{he[:-1]}s.", he)]
    return out


def chinese() -> list[tuple[str, str]]:
    """Return pairs of sentences of which one has an affix more before its first word, or a title behind its last."""
    tails = [
        (f"半夜里跑去敲响了教堂的钟的人是{who}。", f"半夜里跑去敲响了教堂的钟的人是{who}夫人。")
        for who in ("镇长", "站长")
    ]
    return [(sentence, affix + sentence) for sentence, affix in product(CHINESE, AFFIXES)] + tails


def letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("turned", [False, True], ids=["kept is shorter", "kept is longer"])
@pytest.mark.parametrize("language", ["english", "chinese"])
def test_a_sentence_with_another_word_at_its_end_stays(language: str, place: str, *, turned: bool) -> None:
    pairs, between, before, behind = (
        (english(), "Bottles are sold in the town below the pass.", "The dog barked. ", " Nobody slept.")
        if language == "english"
        else (chinese(), "玻璃瓶都在山口下面的镇上出售。", "狗在院子里叫了一夜。", "谁也没睡。")
    )
    lost = []
    for pair in pairs:
        both = pair[::-1] if turned else pair
        text = PLACES[place].format(*both, between=between, before=before, behind=behind)
        left = letters(clean(text))
        lost += [both for said in both if letters(said) not in left]
    assert not lost

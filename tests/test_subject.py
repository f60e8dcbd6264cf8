"""What two files that share a paragraph differ in: what each of them is about (D303), or something that drifted (D302)."""

from __future__ import annotations

import hashlib

import pytest

from dedupe_cli import api
from dedupe_cli.model import Source
from dedupe_cli.settings import make

PRESS = (
    "The {name} takes sheets of every size, holds them by the lower edge until the ink is dry, and lets {them} go one after "
    "the other; whoever stands beside it counts aloud, up to {number}, and rings the bell when the last one of {them} is through."
)
LAMP = (
    "The lamp over the gate is lit when the first boat is seen and put out when the last one has gone by; the keeper of the "
    "{who} writes the hour into the book, and who wants to know when {what} came through may look it up there."
)


def rules(files: dict[str, str]) -> list[str]:
    """Return the rules of what the files have in common, a text of their own before it."""
    own = [
        "Nobody knows who built the long bench under the north window.",
        "A cat sleeps on the paper stack, and has to be lifted off.",
    ]
    sources = [
        Source(path, f"{first}\n\n{said}\n", hashlib.sha256(said.encode()).hexdigest())
        for (path, said), first in zip(sorted(files.items()), own, strict=True)
    ]
    plan, _ = api.across([api.run(each, make()) for each in sources], make())
    return [group.rule for group in plan.groups]


def press(name: str, them: str = "them", number: str = "40") -> str:
    return PRESS.format(name=name, them=them, number=number)


@pytest.mark.parametrize(
    ("them", "number", "rule"),
    [("these", "40", "D303"), ("them", "50", "D302")],
    ids=["wording that came with the name", "another number beside the name"],
)
def test_a_page_that_was_fitted_to_another_matter(them: str, number: str, rule: str) -> None:
    assert rules({"pages/drum.rst": press("drum"), "pages/platen.rst": press("platen", them, number)}) == [rule]


def test_a_number_of_the_name_of_the_file_is_what_it_is_about() -> None:
    files = {f"pages/tray{n}le.rst": press("tray", number=str(n)) for n in (14, 16)}
    assert rules(files) == ["D303"]
    assert rules({"pages/tray14le.rst": press("tray", number="14"), "pages/shelf.rst": press("tray", number="16")}) == [
        "D302"
    ]


def test_what_only_one_file_says_and_that_names_it() -> None:
    said = press("press")
    more = said.replace("up to 40", "up to 40 or 80 for the HP781X, up to 40")
    assert rules({"pages/hp620.rst": said, "pages/hp781x.rst": more}) == ["D303"]
    assert rules({"pages/hp620.rst": said, "pages/hp781x.rst": more.replace("HP781X", "old one")}) == ["D302"]


def test_an_end_of_a_word_is_compared_with_the_word() -> None:
    files = {f"io/press-{name}.rst": press(f"``pr_{name}`` call") for name in ("hold", "holdall")}
    assert rules(files) == ["D303"]


@pytest.mark.parametrize(("what", "rule"), [("porter", "D303"), ("wages", "D302")])
def test_a_word_that_only_one_file_has_against_a_term_of_the_other(what: str, rule: str) -> None:
    files = {
        "gate/a.txt": "Wagons go by. Wagons pay. No wagon waits, wagons have bells. All wagons stop.\n\n"
        + LAMP.format(who="wagons", what="it"),
        "gate/b.txt": "Porters walk.\n\n" + LAMP.format(who=what, what="it"),
    }
    assert rules(files) == [rule]


def test_what_a_function_is_called_with() -> None:
    said = (
        "A bell of one's own is rung by passing a rope as *puller*. The sheet that is printed is then taken from the tray by "
        "calling *puller* with (*{name}*, *flags*), and *puller* must give back a sheet that is dry on both sides."
    )
    files = {
        f"lib/{path}.rst": f".. function:: {path}({name}, puller=None)\n\n   {said.format(name=name)}"
        for path, name in {"open": "paper", "press": "card"}.items()
    }
    assert rules(files) == ["D303"]
    assert rules(
        {path: text.replace("function::", "describe::", 1).replace("(", "[", 1) for path, text in files.items()}
    ) == ["D302"]


def test_nothing_drifts_from_the_notes_of_a_version() -> None:
    said = press("press")
    assert rules({"news/2.9.md": said.replace("lets", "now lets"), "lib/press.md": said}) == ["D303"]
    assert rules({"news/bells.md": said.replace("lets", "now lets"), "lib/press.md": said}) == ["D302"]


def test_a_name_of_which_only_the_end_is_shown_is_markup() -> None:
    said = press("press").replace("bell", "``Bell``")
    assert rules({"a.rst": said, "b.rst": said.replace("``Bell``", ":class:`~house.tower.Bell`")}) != ["D302"]
    assert rules({"a.rst": said, "b.rst": said.replace("``Bell``", "``Gong``")}) == ["D302"]


def test_beside_what_goes_little_in_common_is_a_finding_for_a_fact_only() -> None:
    equal = "\n\n" + LAMP.format(who="gate", what="a boat") + "\n\n"
    one = "The boats pay at the gate on the way back, with 40 coins for each of the sacks on board."
    number = "The boats pay at the gate on the way back, with 50 coins for each of the sacks on board."
    words = "A boat pays at the gate when it is back, with a coin for each of the bags that it carries on board."
    assert "D302" in rules({"a.txt": equal + one, "b.txt": equal + number})
    assert "D302" not in rules({"a.txt": equal + one, "b.txt": equal + words})


def test_names_of_code_that_have_a_part_of_the_name_of_the_file() -> None:
    said = (
        "Sheets are turned when the line is full, so that a wet side is never seen from the door. If ``{wet}`` is set then the "
        "dry side is meant, and ``{dry}`` then tells which of the two sides is wet, as long as anybody knows."
    )
    files = {
        "press-sheet-read.rst": said.format(wet="PRESSHANDLE_REQUEST_WET_LOW", dry="PRESSEVENT_REQUEST_WET_SIDE"),
        "press-v2-sheet-read.rst": said.format(wet="PRESS_V2_SHEET_FLAG_WET_LOW", dry="PRESS_V2_SHEET_FLAG_SIDE_WET"),
    }
    assert rules(files) == ["D303"]
    assert rules({path.replace("v2", "old"): text for path, text in files.items()}) == ["D302"]


def test_the_same_word_for_the_same_again_and_again_is_the_word_of_that_text() -> None:
    said = [
        "第一次来的人要先在前台说明自己要用哪一种{a}，管理的人会把{a}的用法写在纸上，用完以后再把纸还回来，不用付钱。",
        "如果要在同一天里用两种不同的{a}，就要在早上九点以前来，因为下午的时候大的那一种要让给学校的学生，谁也不能例外。",
        "最小的{a}放在窗户下面的架子上，只有两个人会用，他们一个住在河的对岸，一个每年冬天都到南方去，春天才会回来。",
        "夏天的时候门一直开着，谁都可以进来看别人怎样印一张{b}，只要不说话，也不碰架子上的东西，看完以后把门带上就行。",
    ]
    one, other = ("\n\n".join(said).format(a=a, b=b) for a, b in (("模块", "纸牌"), ("模组", "卡片")))
    assert set(rules({"cn.txt": one, "tw.txt": other})) == {"D303"}
    assert "D302" in rules({"cn.txt": one, "tw.txt": other.replace("九点", "八点")})
    assert set(rules({"cn.txt": said[3].format(b="纸牌"), "tw.txt": said[3].format(b="卡片")})) == {"D302"}

"""Cleaners: their examples and traps, and the laws that hold for them on any text."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dedupe_cli import api
from dedupe_cli.cleaners.run import CLEANERS, enabled, fixes
from dedupe_cli.errors import SettingsError
from dedupe_cli.settings import CLEANERS as NAMES
from dedupe_cli.settings import SAFE, make
from strategies import CHINESE, ENGLISH, texts

LIGHT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
BY_NAME = {cleaner.name: cleaner for cleaner in CLEANERS}
UNASKED = sorted(set(BY_NAME) - {"remove-phrases"})  # those that need nothing but their name
HERE = Path(__file__).parent / "cases" / "fix"
PAGES = Path(str(files("dedupe_cli.gate"))) / "pages"


def cases(key: str) -> list[Any]:
    """The cases of all files: each names its cleaners, a text and what becomes of it (`stays`: the same)."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get(key, ())
        found += [pytest.param(row.get("fix", path.stem), row, id=f"{path.stem}: {row['name']}") for row in rows]
    return found


def fixed(text: str, *names: str) -> str:
    return api.clean(text, fix=set(names))


def test_the_table_is_that_of_the_settings() -> None:
    assert {c.name: c.code for c in CLEANERS} == NAMES
    assert [c.name for c in enabled(set(NAMES))] == [c.name for c in CLEANERS]


def test_examples_of_the_pages() -> None:
    for cleaner in CLEANERS:
        page = tomllib.loads((PAGES / f"{cleaner.code}.toml").read_text(encoding="utf-8"))
        assert page["name"] == cleaner.name
        assert page["what"].endswith(".\n")
        for each in page["example"]:
            assert api.clean(each["text"], fix={cleaner.name}, remove_phrases=page.get("phrases")) == each["after"]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_cleaner_has_traps(name: str) -> None:
    assert tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["trap"]


@pytest.mark.parametrize(("names", "case"), cases("case"))
def test_case(names: str, case: dict[str, str]) -> None:
    assert api.clean(case["text"], fix=names) == case["after"]


@pytest.mark.parametrize(("names", "case"), cases("trap"))
def test_trap(names: str, case: dict[str, Any]) -> None:
    assert api.clean(case["text"], fix=names, remove_phrases=case.get("phrases")) == case["text"]


DIRT = (
    "\u200b", "\u200d", "\ufeff", "\u00ad", "\u202a", "\x00", "\x1b[1m", "\x0c", "\x0b", " \u3000", "\t\n", "\n\n\n",
    "\r\n\r\n\r\n", "&amp;", "&amp;amp;", "&#8203;", "&nbsp;\n", "&lt;b", "cafÃ©", "â€œ", "ÖÐ¹úÈË", "涓枃鐨勪功銆�", "锟斤拷",
    "```\n", "`", "  \n", "Ã¢â‚¬Å“", "&shy;", "的的", "the the ", "，，", "an exam-\nple of", "在 在", "字 字，", "\n", "-\n",
    "A line that was broken at a column by a program of\nlong ago, and another one that was broken by it as well,\nand more. ",
    "这一行是很久以前的程序在固定的宽度上断开的，下面的一行也是被它断\n开的，到这里为止。", "用 GPU 训练", "用GPU训练", "第3章", "ＡＢ１", "他说,好.", "(说)", "。。。", "...", "……", "…", " . . .", "、\n\n", "--", "—", "——", '"', "“x” ", '他说"好"，', "\n- 1 -\n", "\n- 2 -\n", "\n- 3 -\n",
    "\n下一页\n", "Share on X\n",
)  # fmt: skip


@st.composite
def dirty(draw: st.DrawFn) -> str:
    """A text with dirt in it anywhere."""
    parts = draw(st.lists(st.one_of(st.sampled_from(ENGLISH + CHINESE), texts()), min_size=1, max_size=4))
    out = []
    for part in parts:
        at = draw(st.integers(0, len(part)))
        out += [part[:at], draw(st.sampled_from(DIRT)), part[at:], draw(st.sampled_from(DIRT))]
    return "".join(out)


chosen = st.one_of(st.sampled_from([*UNASKED, "safe", "all"]).map(lambda n: {n}), st.sets(st.sampled_from(UNASKED)))


@LIGHT
@given(dirty(), chosen)
@example("&amp;nbsp;\n\n\n\u200b\n", {"all"})
@example("Both sides hold. Â\x1f¢\u200b", {"control-chars", "mojibake"})
@example("it-\nÃ©霣", {"hyphenation", "mojibake"})
@example("a ferry-\nman &amp;nbsp;- &eacute;-\nt", {"hyphenation", "entities"})
@example("Both sides hold. Ã\u200b©", {"invisible", "mojibake"})
def test_cleaning_again_changes_nothing(text: str, names: set[str]) -> None:
    once = api.clean(text, fix=names)  # the proof of the result holds every edit to its rule
    assert api.clean(once, fix=names) == once


@LIGHT
@given(dirty(), chosen)
def test_cleaners_alone_come_to_rest(text: str, names: set[str]) -> None:
    wanted = make(fix=names).fix
    edits = fixes(text, wanted)
    assert {edit.rule for edit in edits} <= {NAMES[name] for name in wanted}
    assert all(edit.span and edit.group < 0 and edit.reason for edit in edits)


@LIGHT
@given(dirty())
def test_a_plan_with_fixes_is_read_again(text: str) -> None:
    source = api._source(text)
    made = api.plan(source, fix={"all"})
    assert api.read_plan(api.plan_json(made, source).encode(), source) == made


@LIGHT
@given(st.lists(st.sampled_from(ENGLISH + CHINESE), unique=True, min_size=1, max_size=8))
def test_clean_texts_stay(parts: list[str]) -> None:
    text = "\n\n".join(parts) + "\n"
    assert fixed(text, "safe") == text


PHRASES = ["责任编辑", "扫码关注我们的公众号，获取更多资讯", "Sign up for our newsletter and never miss a story again"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("一段话。\n\n扫码关注我们的公众号，获取更多资讯！\n\n又一段。\n", "一段话。\n\n又一段。\n"),
        ("一段话（责任编辑）在这里。\n", "一段话在这里。\n"),
        ("一段话。扫碼關注我們的公眾號  获取更多資訊\n", "一段话。\n"),
        ("一段话。扫码关注我们的公从号，获取更多资讯\n", "一段话。\n"),
        ("One. SIGN UP for our news-letter and never mis a story again. Two.\n", "One. . Two.\n"),
        ("责任编辑\r\n一段话。\r\n", "一段话。\r\n"),
        (
            "Sign up for our newsletter and never miss a story againt\n",
            "Sign up for our newsletter and never miss a story againt\n",
        ),
        ("扫码关注我们的公众号，获取资讯\n", "扫码关注我们的公众号，获取资讯\n"),
    ],
)
def test_phrases_are_taken_out(text: str, after: str) -> None:
    assert api.clean(text, remove_phrases=PHRASES) == after


def test_a_phrase_with_another_number_stays() -> None:
    text = "This page was printed on 12 March by the office.\n"
    assert api.clean(text, remove_phrases=["this page was printed on 13 March by the office"]) == text


@LIGHT
@given(dirty(), st.sets(st.sampled_from([*ENGLISH, *CHINESE, "责任编辑", "the station"]), min_size=1), st.booleans())
def test_phrases_are_out_for_good(text: str, phrases: set[str], more: bool) -> None:
    fix = "all" if more else None
    once = api.clean(text, remove_phrases=phrases, fix=fix)
    assert api.clean(once, remove_phrases=phrases, fix=fix) == once


@pytest.mark.parametrize("options", [{"fix": "remove-phrases"}, {"remove_phrases": ["x"]}, {"remove_phrases": "abc"}])
def test_phrases_must_be_some(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        make(**options)


def test_no_cleaner_runs_unasked() -> None:
    text = "one\u200b\t\n\n\n\n&amp; cafÃ©\n"
    assert api.clean(text) == text
    assert api.clean(text, fix=()) == text


@pytest.mark.parametrize("words", ["safe", "C101,C103", "invisible,trailing-space", ["c101", "C103"]])
def test_cleaners_are_named_by_code_name_and_preset(words: Any) -> None:
    assert make(fix=words).fix >= {"invisible", "trailing-space"}


def test_dirt_does_not_hide_a_repeat() -> None:
    text = f"{ENGLISH[0]}\n\n{ENGLISH[1]}\n\n" + "\u200b".join(ENGLISH[0]) + "\n"
    assert api.clean(text, fix="safe") == f"{ENGLISH[0]}\n\n{ENGLISH[1]}\n"


def test_a_copy_that_is_one_only_after_cleaning_is_called_so() -> None:
    text = f"Fish &amp; bread: {ENGLISH[0]}\n\n{ENGLISH[1]}\n\nFish & bread: {ENGLISH[0]}\n"
    [group] = api.find(text, fix="entities")
    assert (group.rule, group.safety.label) == ("D201", "similar")
    [group] = api.find(text.replace("&amp;", "&\u200b"), fix="invisible")
    assert (group.rule, group.safety.label) == ("D102", "exact")


def test_what_cannot_be_mended_is_noted() -> None:
    notes = api.plan("这里是锟斤拷，那里是烫烫烫烫。", fix="mojibake").notes
    assert [(n.rule, len(n.span)) for n in notes] == [("C106", 3), ("C106", 4)]


def test_safe_cleaners_leave_real_texts_alone(shared_data: Path) -> None:
    for path in sorted(shared_data.glob("clean_*/*.txt")):
        text = path.read_bytes().decode()
        assert fixes(text, SAFE) == [], path.name


def test_in_markdown_only_prose_is_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    text = f"# Tit\u200ble\n\n{ENGLISH[0]}\u200b\n\n    co\u200bde\t\n\n&amp; {ENGLISH[1]}\n\n{ENGLISH[0]}\n"
    path.write_text(text, encoding="utf-8")
    result = api.clean_file(path, fix="safe", confidence=30.0)
    assert result.text == f"# Tit\u200ble\n\n{ENGLISH[0]}\n\n    co\u200bde\t\n\n&amp; {ENGLISH[1]}\n"

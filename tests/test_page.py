"""The page of the report in a browser: it works with and without scripts, by keyboard, and texts in it stay texts.

The fixture `page` fails a test for any error, dialog or request. Without a browser these tests are left out.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli import api
from dedupe_cli.review.decisions import Answer, Decisions, Kind, read_decisions
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms, inspect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

HELD = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('nine', 'ten')}\n\n{command.LAST}\n"
NEAR = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('weekdays', 'weekdsys')}\n\n{command.LAST}\n"
HOSTILE = (
    "The <script>alert(1)</script> of the old mill </script><img src=x onerror=alert(2)> turns in June, "
    "and ]]> --> {{ 7 * 7 }} ${alert(3)} javascript:alert(4) is what \" ' ` the miller says of it."
)
NAME = "a<img src=x onerror=alert(5)>&'b'.txt"
GROUPS = "details.group:visible"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("in.txt", command.TWICE), ("held.txt", HELD), ("near.txt", NEAR), ("zh.txt", command.ZH_TWICE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> str:
    """Write the report and return its address."""
    monkeypatch.chdir(folder)
    assert command.here(["report", *(args or (".",)), "-o", "report.html"]).returncode == 0
    return (folder / "report.html").as_uri()


def saved(page: Page, folder: Path) -> str:
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.suggested_filename.endswith("dedupe-review.json")
    download.value.save_as(folder / "d.json")
    return (folder / "d.json").read_text(encoding="utf-8")


def test_search_and_filters(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.goto(made(folder, monkeypatch))
    assert page.locator(GROUPS).count() == 4
    page.fill("#find", "阅览室 节假日")
    assert page.locator(GROUPS).count() == 1
    assert page.inner_text("#shown") == "1 of 4 shown"
    page.fill("#find", "")
    page.select_option("#by-status", "held back")
    assert page.locator(GROUPS).get_attribute("data-rule") == "D401"
    page.select_option("#by-status", "")
    page.select_option("#by-safety", "similar")
    assert page.locator(GROUPS).get_attribute("data-path") == "near.txt"
    page.select_option("#by-safety", "")
    page.select_option("#by-file", "in.txt")
    page.select_option("#by-rule", "D101")
    assert page.locator(GROUPS).count() == 1
    page.select_option("#by-rule", "D401")
    assert page.locator(GROUPS).count() == 0


def test_everything_by_keyboard(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.goto(made(folder, monkeypatch))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".group.current .n").inner_text() == "2"
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("k")
    assert page.locator(".group.current .n").inner_text() == "1"
    page.keyboard.press("y")
    assert page.locator(".group.current .verdict").inner_text() == "decided: as suggested"
    page.keyboard.press("j")
    page.keyboard.press("2")
    assert page.locator(".group.current .verdict").inner_text() == "decided: only 2 stays"
    page.keyboard.press("x")
    assert page.locator(".group.current .verdict").inner_text() == "decided: all stay"
    assert page.inner_text("#count") == "2 of 4 decided"
    page.keyboard.press("u")
    assert page.inner_text("#count") == "1 of 4 decided"
    page.keyboard.press("/")
    page.keyboard.type("yxj1")
    assert page.input_value("#find") == "yxj1"
    assert page.inner_text("#count") == "1 of 4 decided"
    page.fill("#find", "")
    page.uncheck("#keys")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.inner_text("#count") == "1 of 4 decided"
    page.check("#keys")
    before = page.locator(".group.current").get_attribute("open")
    page.keyboard.press("o")
    assert page.locator(".group.current").get_attribute("open") != before
    saved(page, folder)


def test_decisions_are_saved_as_the_command_line_writes_them(
    page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "near.txt").write_text(NEAR.replace("weekdsys", 'week"\\days\u2028\x07'), encoding="utf-8")
    (folder / "near.txt").write_text('He said "no \\ yes" to us. ' + NEAR, encoding="utf-8")
    page.goto(made(folder, monkeypatch))
    expected = Decisions()
    answers = {
        "in.txt": Answer(Kind.KEEP_ONE, 1), "held.txt": Answer(Kind.KEEP_ONE, 0),
        "near.txt": Answer(Kind.KEEP_ALL), "zh.txt": Answer(Kind.ACCEPT),
    }  # fmt: skip
    for name, answer in answers.items():
        source = api.load(folder / name)
        group = inspect(source, Settings(), Terms(), bare=False).plan.groups[0]
        expected = expected.with_answers([(source, group, answer)])
        box = page.locator(f'details[data-path="{name}"]')
        box.evaluate("each => each.open = true")
        box.locator(f'input[value="{answer.kind}"]').check()
        if answer.kind is Kind.KEEP_ONE:
            box.locator("select").select_option(str(answer.member + 1))
    text = saved(page, folder)
    assert text == expected.to_json()
    assert read_decisions(text.encode(), "d.json").entries == expected.entries
    done = command.here(["clean", "-q", "--decisions", "d.json", "in.txt"])
    assert done.stdout.decode() == f"{command.SECOND}\n\n{command.FIRST}\n\n{command.LAST}\n"


def test_what_was_decided_before_and_elsewhere_is_saved_too(
    page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = Decisions()
    for name, answer in (("in.txt", Answer(Kind.EDIT, text="Mine.")), ("zh.txt", Answer(Kind.KEEP_ALL))):
        source = api.load(folder / name)
        stored = stored.with_answers(
            [(source, inspect(source, Settings(), Terms(), bare=False).plan.groups[0], answer)]
        )
    (folder / "old.json").write_text(stored.to_json(), encoding="utf-8")
    page.goto(made(folder, monkeypatch, "in.txt", "held.txt", "--decisions", "old.json"))
    assert page.inner_text("#count") == "1 of 2 decided"
    page.locator('details[data-path="held.txt"]').evaluate("each => each.open = true")
    page.locator('details[data-path="held.txt"] input[value="accept"]').check()
    now = json.loads(saved(page, folder))["decisions"]
    assert sorted(row["answer"] for row in now.values()) == ["accept", "edit", "keep-all"]
    page.locator('details[data-path="in.txt"] .decide button').click()
    now = json.loads(saved(page, folder))["decisions"]
    assert sorted(row["answer"] for row in now.values()) == ["accept", "keep-all"]


def test_texts_names_and_settings_stay_text(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, "b.txt"):
        (tmp_path / name).write_text(f"{HOSTILE}\n\n{command.FIRST}\n\n{HOSTILE}\n", encoding="utf-8")
    phrases = tmp_path / "phrases"
    phrases.write_text("<script>alert(6)</script>\n</dd><img src=x onerror=alert(7)>\n", encoding="utf-8")
    page.goto(made(tmp_path, monkeypatch, ".", "--fix", "remove-phrases", "--remove-phrases", "phrases"))
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 3
    assert page.locator("details.group p.text").first.inner_text().startswith("The <script>alert(1)</script>")
    assert page.locator("#by-file option", has_text=NAME).count() == 1
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert HOSTILE[:20] in saved(page, tmp_path)


def test_of_many_groups_the_smaller_ones_are_packed(
    page: Page, chromium: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedupe_cli.render.web.html_page.PLAIN", 1)
    (folder / "last.txt").write_text(f"{HOSTILE}\n\n{command.FIRST}\n\n{HOSTILE}\n", encoding="utf-8")
    address = made(folder, monkeypatch)
    page.goto(address)
    page.wait_for_selector("#packed", state="detached")
    assert page.locator(".n").all_inner_texts() == ["1", "2", "3", "4", "5"]
    assert page.locator("img").count() == 0
    page.fill("#find", "alert(1)")
    assert page.inner_text("#shown") == "1 of 5 shown"
    page.locator(GROUPS).evaluate("each => each.open = true")
    page.locator(GROUPS).locator("input[value=keep-all]").check()
    assert HOSTILE[:20] in saved(page, folder)
    plain = chromium.new_context(java_script_enabled=False).new_page()
    plain.goto(address)
    assert plain.locator(GROUPS).count() == 1
    assert plain.inner_text("#packed").startswith("4 more repeats are packed in this page")
    plain.context.close()


def test_nothing_can_run_that_is_not_of_the_page(
    chromium: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = made(folder, monkeypatch)
    place = folder / "report.html"
    text = place.read_text(encoding="utf-8")
    bad = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\"></h1>"
    place.write_text(text.replace("</h1>", bad, 1), encoding="utf-8")
    page = chromium.new_page()
    page.goto(address)
    assert page.title() != "ran"
    page.close()


def test_it_works_without_scripts(chromium: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = made(folder, monkeypatch)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert not page.locator("#tools").is_visible()
    assert not page.locator("#bar").is_visible()
    assert page.locator("fieldset.decide:visible").count() == 0
    last = page.locator("details.group").last
    last.locator("summary").first.click()
    assert last.locator("p.text").first.is_visible()
    page.locator("svg a").first.click(force=True)
    assert page.url.partition("#")[2].startswith("g-")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
def test_nothing_is_wider_than_the_window_and_everybody_can_read_it(
    chromium: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  only where a browser is

    deep = folder / "a-folder-of-documentation" / "with-another-one-in-it" / "a-page-with-a-long-name-about-nothing.txt"
    deep.parent.mkdir(parents=True)
    deep.write_text(command.TWICE, encoding="utf-8")
    address = made(folder, monkeypatch)
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.click("#open-all")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_print_shows_every_group_and_no_tools(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.goto(made(folder, monkeypatch))
    page.emulate_media(media="print")
    assert not page.locator("#tools").is_visible()
    assert not page.locator("#bar").is_visible()
    shown = [each.is_visible() for each in page.locator("details.group p.text").all()]
    assert shown
    assert all(shown)
    assert page.pdf()[:4] == b"%PDF"


def test_a_command_is_copied_or_selected(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.goto(made(folder, monkeypatch))
    page.locator("button.copy").first.click()
    told = page.wait_for_function("/Copied|Selected/.test(document.querySelector('button.copy').textContent)")
    assert told.json_value() is True


def test_lines_that_stay_together_stand_together(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = "Bring the water to a boil.\nWarm the pot with a little of it.\nAdd one spoon of leaves for each person.\n"
    (folder / "loop.txt").write_text(rounds * 4)
    page.goto(made(folder, monkeypatch, "loop.txt"))
    kept = page.locator(".sign-stays")
    assert kept.count() == 3
    boxes = [box for n in range(3) if (box := kept.nth(n).bounding_box())]
    assert [round(a["y"] + a["height"] - b["y"]) for a, b in pairwise(boxes)] == [0, 0]
    where, text = kept.first.locator(".where").bounding_box(), kept.first.locator(".text").bounding_box()
    assert where
    assert text
    assert where["x"] + where["width"] <= text["x"]
    assert page.locator("details.group select").first.locator("option").first.inner_text() == "1: lines 1-3"

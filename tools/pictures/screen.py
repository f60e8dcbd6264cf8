"""Make the pictures of the screen in docs/review.md and docs/zh/decide.md.

python tools/pictures/screen.py   (writes docs/review-screen.png and docs/review-screen-zh.png; needs Textual, Playwright, a Chromium and Pillow)
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.cells import cell_len

from dedupe_cli.cli.answers import Answers
from dedupe_cli.cli.batch import Task
from dedupe_cli.cli.console import Console
from dedupe_cli.cli.review_list import ReviewList
from dedupe_cli.cli.review_screen import Review
from dedupe_cli.language import speak
from dedupe_cli.read.decode import Decoding
from dedupe_cli.review.decisions import DEFAULT, Decisions
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = {
    "review-screen.png": ("en", ["press-release.txt", "ocr-page.txt", "chunks.txt"]),
    "review-screen-zh.png": ("zh", ["gaoxinqu.txt", "ocr-page-zh.txt", "ferry-zh.txt"]),
}


# Rich lays a text on as many cells as it has characters; Chinese takes two for each.
LENGTH = re.compile(r'textLength="([0-9.]+)"([^>]*)>([^<]*)<')


def in_cells(found: re.Match[str]) -> str:
    words = unescape(found[3])
    wide = float(found[1]) * cell_len(words) / max(len(words), 1)
    return f'textLength="{wide:g}"{found[2]}>{found[3]}<'


class Tasks:
    def task(self, _path: str) -> Task:
        return Task(Decoding(None), Settings(), Terms())


def shot(samples: list[str]) -> str:
    asks: Any = Answers(Console(), Tasks(), Decisions({}, DEFAULT))  # type: ignore[arg-type]
    app = Review(asks, ReviewList(asks, asks.texts(samples)))

    async def press() -> str:
        async with app.run_test(size=(110, 24)) as pilot:
            for key in ("y", "x"):
                await pilot.press(key)
                await pilot.pause()
            return app.export_screenshot()

    return asyncio.run(press())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (language, samples) in PICTURES.items():
            place = Path(folder) / language
            place.mkdir()
            for sample in samples:
                shutil.copy(ROOT / "samples" / sample, place)
            os.chdir(place)
            speak(language)
            # A browser's loop is running in this thread.
            with ThreadPoolExecutor(1) as pool:
                picture = pool.submit(shot, samples).result()
            (place / "screen.svg").write_text(LENGTH.sub(in_cells, picture), encoding="utf-8")
            page = browser.new_page(viewport={"width": 1380, "height": 680})
            page.goto((place / "screen.svg").as_uri())
            image = Image.open(io.BytesIO(page.screenshot()))
            image.convert("RGB").quantize(96).save(ROOT / "docs" / name, optimize=True)
        browser.close()
        os.chdir(ROOT)


if __name__ == "__main__":
    main()

"""Make the picture of the screen in docs/review.md.

python tools/pictures/screen.py   (writes docs/review-screen.png; needs Textual, Playwright, a Chromium and Pillow)
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from dedupe_cli.cli.answers import Answers
from dedupe_cli.cli.batch import Task
from dedupe_cli.cli.console import Console
from dedupe_cli.cli.review_list import ReviewList
from dedupe_cli.cli.review_screen import Review
from dedupe_cli.read.decode import Decoding
from dedupe_cli.review.decisions import DEFAULT, Decisions
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ["press-release.txt", "ocr-page.txt", "chunks.txt"]


class Tasks:
    def task(self, _path: str) -> Task:
        return Task(Decoding(None), Settings(), Terms())


def shot() -> str:
    asks: Any = Answers(Console(), Tasks(), Decisions({}, DEFAULT))  # type: ignore[arg-type]
    app = Review(asks, ReviewList(asks, asks.texts(SAMPLES)))

    async def press() -> str:
        async with app.run_test(size=(110, 24)) as pilot:
            for key in ("y", "x"):
                await pilot.press(key)
                await pilot.pause()
            return app.export_screenshot()

    return asyncio.run(press())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in SAMPLES:
            shutil.copy(ROOT / "samples" / name, folder)
        os.chdir(folder)
        picture = Path(folder) / "screen.svg"
        picture.write_text(shot(), encoding="utf-8")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1380, "height": 680})
            page.goto(picture.as_uri())
            image = Image.open(io.BytesIO(page.screenshot()))
            image.convert("RGB").quantize(96).save(ROOT / "docs" / "review-screen.png", optimize=True)
            browser.close()
        os.chdir(ROOT)


if __name__ == "__main__":
    main()

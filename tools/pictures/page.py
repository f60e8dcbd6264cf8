"""Make the pictures of docs/report.md: the page that ``dedupe report`` writes, in a browser.

python tools/pictures/page.py   (writes docs/report.png, docs/report-dark.png, docs/report-zh.png,
docs/report-narrow.png, docs/report-tree.png)

Needs Playwright, a Chromium and Pillow; nothing at run time needs this script.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
# Picture -> what is reported on, width and height of the window, colours, what is opened.
PICTURES = {
    "report.png": (["press-release.txt"], 1000, 1180, "light"),
    "report-dark.png": (["gaoxinqu.txt"], 1000, 1180, "dark"),
    "report-zh.png": (["--lang", "zh", "gaoxinqu.txt"], 1000, 1180, "light"),
    "report-narrow.png": (["gaoxinqu.txt"], 400, 1000, "light"),
    "report-tree.png": (["--exclude", "*.expected.*", "."], 1000, 900, "light"),
}


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for name, (args, width, height, scheme) in PICTURES.items():
            place = Path(folder) / "report.html"
            command = [sys.executable, "-m", "dedupe_cli", "report", "-q", *args, "-o", str(place)]
            subprocess.run(command, cwd=ROOT / "samples", check=True)
            page = running.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(place.as_uri())
            image = Image.open(io.BytesIO(page.screenshot()))
            image.convert("RGB").quantize(96).save(ROOT / "docs" / name, optimize=True)
            page.close()
        running.close()


if __name__ == "__main__":
    main()

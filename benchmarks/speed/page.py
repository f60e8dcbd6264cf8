"""How large the page of ``dedupe report`` is for ten thousand repeats, when a browser can use it, and has all of it.

python benchmarks/speed/page.py   (needs Playwright and a Chromium; about a minute)
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

TEXT = """
the a river bridge old mill keeper lamp winter evening market square copper kettle orchard ladder window
garden stone path ferry rope harbour clerk ledger letter parcel candle table bread salt basket horse saddle
meadow fence gate tower bell clock weaver loom thread needle coat button pocket coin silver paper ink
feather quill archive shelf map compass
"""
WORDS = TEXT.split()
NAMES = [
    one + other
    for one in ["Bar", "Mor", "Kel", "Tam", "Vos", "Lin", "Ora", "Pel", "Sun", "Dra"]
    for other in ["win", "dale", "mere", "ton", "rick"]
]
PARAGRAPHS, TOGETHER = 10_000, 50
SEARCH = """async () => {
  const begun = performance.now(), find = document.getElementById("find");
  find.value = "harbour";
  find.dispatchEvent(new Event("input"));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""


def text() -> str:
    chance = random.Random(4)

    def sentence() -> str:
        return f"{chance.choice(NAMES)} {' '.join(chance.choice(WORDS) for _ in range(chance.randint(9, 16)))}."

    paragraphs = [" ".join(sentence() for _ in range(3)) for _ in range(PARAGRAPHS)]
    out: list[str] = []
    for at in range(0, PARAGRAPHS, TOGETHER):
        some = paragraphs[at : at + TOGETHER]
        out += some
        chance.shuffle(some)
        out += some
    return "\n\n".join(out) + "\n"


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        (Path(folder) / "text.txt").write_text(text(), encoding="utf-8")
        running = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for most in ("500", "0"):
            command = [sys.executable, "-m", "dedupe_cli", "report", "text.txt", "-o", "r.html", "--max-shown", most]
            subprocess.run(command, cwd=folder, check=True)
            place = Path(folder) / "r.html"
            page = running.new_page()
            page.goto(place.as_uri(), timeout=120_000)
            ready = page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
            page.wait_for_selector("#packed", state="detached", timeout=120_000)
            whole = page.evaluate("performance.now()")
            size, searches = place.stat().st_size / 1e6, [page.evaluate(SEARCH) for _ in range(2)]
            print(
                f"--max-shown {most}: {size:.1f} MB, interactive after {ready:.0f} ms, all there after {whole:.0f} ms,"
                f" first search {searches[0]:.0f} ms, second {searches[1]:.0f} ms"
            )
            page.close()
        running.close()


if __name__ == "__main__":
    main()

"""Make the picture of docs/tune.md: what ``dedupe tune`` shows for three samples.

python tools/pictures/tune.py   (writes docs/tune.png; needs what draw.py needs)
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from draw import draw

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS = 92
SAMPLES = ["handbook.md", "ocr-page.txt", "press-release.txt"]


def main() -> None:
    command = [sys.executable, "-m", "dedupe_cli", "tune", "--color", "always", "--width", str(COLUMNS), *SAMPLES]
    done = subprocess.run(command, cwd=ROOT / "samples", capture_output=True, check=True)
    image = draw(done.stdout.decode(), COLUMNS, "light", size=20, margin=24)
    image.quantize(96).save(ROOT / "docs" / "tune.png", optimize=True)


if __name__ == "__main__":
    main()

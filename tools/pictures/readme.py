"""Make the pictures of the README: what ``dedupe diff`` shows for the sample article, light and dark.

python tools/pictures/readme.py   (writes docs/diff.png, docs/diff-dark.png and docs/diff-zh.png)
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from draw import draw

ROOT = Path(__file__).resolve().parent.parent.parent
# No row of this sample ends in a lone word at this width.
COLUMNS = 86
COMMAND = ["-m", "dedupe_cli", "diff", "--layout", "inline", "--color", "always", "--width", str(COLUMNS)]


def main() -> None:
    for theme, language, name in (
        ("light", "en", "diff.png"),
        ("dark", "en", "diff-dark.png"),
        ("light", "zh", "diff-zh.png"),
    ):
        # The path as a reader would type it in a clone.
        done = subprocess.run(
            [sys.executable, *COMMAND, "--lang", language, "samples/gaoxinqu.txt"],
            cwd=ROOT, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode != 1:
            sys.exit(done.stderr.decode())
        image = draw(done.stdout.decode(), COLUMNS, theme, size=20, margin=24)
        image.quantize(96).save(ROOT / "docs" / name, optimize=True)


if __name__ == "__main__":
    main()

"""A cleaned Word document, opened by LibreOffice: its text must be what was planned.

    python benchmarks/containers/word.py        # needs `soffice` (Debian: libreoffice-writer-nogui)

The document is that of ``tests/test_docx.py``: headings, a table, a picture, a bookmark, a list, a revision.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import command
from test_docx import document, run, saved


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.docx").write_bytes(run(saved(document())).data)
        home = f"-env:UserInstallation=file://{folder}/home"
        convert = ["soffice", home, "--headless", "--convert-to", "txt:Text", "a.docx"]
        subprocess.run(convert, cwd=folder, check=True, capture_output=True, timeout=300)
        text = (Path(folder) / "a.txt").read_text(encoding="utf-8-sig")
    # Two headings, a paragraph, two cells, and what somebody deleted; the second is said once.
    right = text.count(command.FIRST) == 6 and text.count(command.SECOND) == 1
    right = right and f"It was said before. {command.LAST}" in text
    print("as planned" if right else text)
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())

"""Cleaned Word documents, opened by LibreOffice: their text must be what was planned.

    python benchmarks/containers/word.py              # needs `soffice` (Debian: libreoffice-writer-nogui)
    python benchmarks/containers/word.py --pages DIR  # also draws the pages (needs `pdftoppm`, Debian: poppler-utils)

The document is that of ``tests/test_docx.py``: headings, a table, a picture, a bookmark, a list, a revision. It is
cleaned; and cleaned with its edits as revisions, which LibreOffice accepts all, and rejects all.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import command
from test_docx import document, run, saved
from test_track import track

MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Settle(source, what, target)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue, form(1) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  form(0).Name = "FilterName"
  form(0).Value = "Text (encoded)"
  form(1).Name = "FilterOptions"
  form(1).Value = "UTF8,LF"
  doc = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  helper = createUnoService("com.sun.star.frame.DispatchHelper")
  helper.executeDispatch(doc.CurrentController.Frame, ".uno:" &amp; what, "", 0, Array())
  doc.storeToURL(ConvertToURL(target), form())
  doc.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>
"""


def office(folder: Path, *words: str) -> None:
    """Run LibreOffice with a profile of its own."""
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    subprocess.run(["soffice", home, "--headless", *words], cwd=folder, check=True, capture_output=True, timeout=300)


def settled(folder: Path, what: str) -> list[str]:
    """Let LibreOffice accept or reject all revisions of the tracked document; return its paragraphs."""
    target = folder / f"{what}.txt"
    office(folder, f"macro:///Standard.Module1.Settle({folder / 'tracked.docx'},{what},{target})")
    return [line for line in target.read_text(encoding="utf-8-sig").split("\n") if line.strip()]


def plain(folder: Path, name: str) -> list[str]:
    """Return the paragraphs of a document as LibreOffice shows them, deleted words included."""
    office(folder, "--convert-to", "txt:Text (encoded):UTF8,LF", name)
    text = (folder / name).with_suffix(".txt").read_text(encoding="utf-8-sig")
    return [line for line in text.split("\n") if line.strip()]


def measure(folder: Path, pages: Path | None) -> dict[str, bool]:
    """Return what was looked at, and whether it is as planned."""
    old = saved(document())
    (folder / "old.docx").write_bytes(old)
    (folder / "cleaned.docx").write_bytes(run(old).data)
    (folder / "tracked.docx").write_bytes(track(old)[1])
    before, after = plain(folder, "old.docx"), plain(folder, "cleaned.docx")
    basic = folder / "home" / "user" / "basic" / "Standard"
    basic.mkdir(parents=True, exist_ok=True)
    (basic / "Module1.xba").write_text(MACRO, encoding="utf-8")
    (basic / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    text = "\n".join(after)
    # Two headings, a paragraph, two cells, and what somebody deleted; the second is said once.
    right = text.count(command.FIRST) == 6 and text.count(command.SECOND) == 1
    # What somebody deleted before goes, too, when everything is accepted.
    accepted = [line.replace(command.FIRST, "") if line.startswith("The end") else line for line in after]
    out = {
        "cleaned: what was planned": right and f"It was said before. {command.LAST}" in text,
        "tracked: everything accepted gives the cleaned text": settled(folder, "AcceptAllTrackedChanges") == accepted,
        "tracked: everything rejected gives the text before": settled(folder, "RejectAllTrackedChanges") == before,
    }
    if pages:
        pages.mkdir(parents=True, exist_ok=True)
        for name in ("old", "cleaned", "tracked"):
            office(folder, "--convert-to", "pdf", f"{name}.docx")
            subprocess.run(["pdftoppm", "-r", "70", "-png", folder / f"{name}.pdf", pages / name], check=True)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.pages)
    for what, right in found.items():
        print(f"{what}: {'yes' if right else 'NO'}")
    return int(not all(found.values()))


if __name__ == "__main__":
    sys.exit(main())

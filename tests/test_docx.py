"""Word documents: what goes, what stays, what is refused."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

import command
from dedupe_cli import api
from dedupe_cli.errors import ReadError
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.settings import make

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def document() -> Any:
    """A document with a bit of everything."""
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = command.FIRST
    made.add_heading("The reading room", 1)
    first = made.add_paragraph()
    first.add_run(command.FIRST[:20]).bold = True
    first.add_run(command.FIRST[20:])
    made.add_paragraph(command.SECOND)
    made.add_paragraph(command.FIRST, style="Quote")
    mixed = made.add_paragraph("It was said before. ")
    mixed.add_run(command.SECOND[:30]).italic = True
    mixed.add_run(command.SECOND[30:] + " ")
    mixed.add_run(command.LAST).bold = True
    made.add_heading("Its tables", 2)
    table = made.add_table(rows=2, cols=1)
    for row in table.rows:
        row.cells[0].text = command.FIRST
    shown = made.add_paragraph(command.FIRST)
    shown.add_run().add_picture(io.BytesIO(PICTURE))
    marked = made.add_paragraph(command.SECOND)
    marked._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="7" w:name="here"/>'))
    marked._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="7"/>'))
    made.add_paragraph("Wash it.", style="List Bullet")
    made.add_paragraph("Wash it.", style="List Bullet")
    revised = made.add_paragraph("The end, ")
    revised._p.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="9" w:author="A"><w:r><w:delText>{command.FIRST}</w:delText></w:r></w:del>'
        )
    )
    revised.add_run("really.")
    return made


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def run(data: bytes) -> api.Result:
    return api.run(open_source(data, "a.docx"), make())


def test_paragraphs_go_and_all_else_stays() -> None:
    old = saved(document())
    result = run(old)
    new = docx.Document(io.BytesIO(result.data))
    assert [(p.style.name if p.style else "", p.text) for p in new.paragraphs] == [
        ("Heading 1", "The reading room"),
        ("Normal", command.FIRST),
        ("Normal", command.SECOND),
        ("Normal", f"It was said before. {command.LAST}"),
        ("Heading 2", "Its tables"),
        ("Normal", ""),
        ("Normal", ""),
        ("List Bullet", "Wash it."),
        ("List Bullet", "Wash it."),
        ("Normal", "The end, really."),
    ]
    assert [(r.text, r.bold) for r in new.paragraphs[1].runs] == [
        (command.FIRST[:20], True),
        (command.FIRST[20:], None),
    ]
    assert [(r.text, r.bold) for r in new.paragraphs[3].runs if r.text.strip()][-1] == (command.LAST, True)
    assert [row.cells[0].text for row in new.tables[0].rows] == [command.FIRST] * 2
    assert len(new.inline_shapes) == 1
    xml = zipfile.ZipFile(io.BytesIO(result.data)).read("word/document.xml")
    assert xml.count(b"w:bookmarkStart") == xml.count(b"w:bookmarkEnd") == 1
    assert command.FIRST.encode() in xml[xml.index(b"w:delText") :]
    assert not run(result.data).changed


def test_other_parts_are_as_they_were() -> None:
    data = saved(document())
    old, new = (zipfile.ZipFile(io.BytesIO(each)) for each in (data, run(data).data))
    assert old.namelist() == new.namelist()
    assert all(old.read(name) == new.read(name) for name in old.namelist() if name != "word/document.xml")
    assert [i.date_time for i in old.infolist()] == [i.date_time for i in new.infolist()]


def test_a_document_without_repeats_keeps_its_bytes() -> None:
    made = docx.Document()
    made.add_paragraph(command.FIRST)
    data = saved(made)
    result = run(data)
    assert not result.changed
    assert result.data == data


def archive(xml: bytes, **others: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", xml)
        for name, content in others.items():
            made.writestr(name, content)
    return out.getvalue()


def hurt(data: bytes, part: str) -> bytes:
    """The archive with some bytes of a packed part turned over."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        at = made.getinfo(part).header_offset + 30 + len(part)
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 12]) + data[at + 12 :]


def packed(method: int) -> bytes:
    """A document whose text is packed in a way that no Word does."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("word/document.xml", b"<w>" + b" " * 400 + b"</w>")
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
TRAPS = {
    "a bomb": (archive(b"<w/>", bomb=b"\0" * 40_000_000), "unpacks to"),
    "a bomb of text": (archive(b"<w>" + b" " * 40_000_000 + b"</w>"), "unpacks to"),
    "entities": (archive(ENTITIES), "declares entities"),
    "damaged XML": (archive(b"<w>"), "damaged XML"),
    "a damaged text": (hurt(saved(document()), "word/document.xml"), "not a Word document"),
    "a damaged text, packed by bzip2": (hurt(packed(zipfile.ZIP_BZIP2), "word/document.xml"), "not a Word document"),
    "a damaged text, packed by LZMA": (hurt(packed(zipfile.ZIP_LZMA), "word/document.xml"), "not a Word document"),
    "a damaged part": (hurt(saved(document()), "word/styles.xml"), "word/styles.xml in it is damaged"),
    "no document": (archive(b"<w/>").replace(b"word/document.xml", b"word/documant.xml"), "no word/document.xml"),
    "cut off": (archive(b"<w/>")[:60], "not a Word document"),
    "a text": (b"Hello.\n", "not a Word document"),
    "empty": (b"", "not a Word document"),
}


def test_a_section_goes_with_its_heading_unless_something_refers_to_it() -> None:
    oil = (
        "The oil is kept in the cellar of the customs house, behind a door with two locks and a bell.",
        "Nobody may smoke there, and the boys take off their boots before they go down the stairs.",
    )
    for refers in (False, True):
        made = docx.Document()
        made.add_paragraph("The lamps on the quay are lit by two boys from the chandler's shop at half past four.")
        for said in (oil, ("Wicks are cut on Saturdays by the widow who sells candles at the gate.",), oil):
            heading = made.add_heading("Oil" if said is oil else "Wicks", 2)
            for words in said:
                made.add_paragraph(words)
        if refers:
            heading._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="7" w:name="oil"/>'))
            heading._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="7"/>'))
        made.add_paragraph("The end of the list.")
        new = docx.Document(io.BytesIO(run(saved(made)).data))
        headings = [p.text for p in new.paragraphs if p.style is not None and p.style.name.startswith("Heading")]
        assert headings == ["Oil", "Wicks", *["Oil"] * refers]
        assert [p.text for p in new.paragraphs].count(oil[1]) == 1


@pytest.mark.parametrize("name", TRAPS)
def test_traps_are_refused(name: str) -> None:
    data, message = TRAPS[name]
    with pytest.raises(ReadError, match=message):
        run(data)


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    old = saved(document())
    (tmp_path / "a.docx").write_bytes(old)
    out = command.here(["clean", "-q", "a.docx"]).stdout
    assert out == run(old).data
    assert command.here(["clean", "-q"], old).stdout == out
    text = command.here(["clean", "-q", "--to", "text", "a.docx"]).stdout.decode()
    assert text.startswith(f"# The reading room\n\n{command.FIRST}\n\n{command.SECOND}\n\nIt was said before.")
    assert command.here(["clean", "-q", "-w", "a.docx"]).returncode == 0
    assert (tmp_path / "a.docx").read_bytes() == out
    assert command.here(["undo", "-q", "a.docx"]).returncode == 0
    assert (tmp_path / "a.docx").read_bytes() == old
    patch = command.here(["diff", "a.docx"])
    assert patch.returncode == 2
    assert b"a patch of a Word document cannot be applied" in patch.stderr
    cards = command.here(["diff", "--layout", "inline", "--color", "never", "a.docx"])
    assert cards.returncode == 1
    assert b"The reading room opens" in cards.stdout


def test_a_place_is_shown_with_the_words_of_its_paragraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = docx.Document()
    for words in (command.FIRST, command.SECOND, command.FIRST):
        made.add_paragraph(words)
    made.save(str(tmp_path / "in.docx"))
    monkeypatch.chdir(tmp_path)
    done = command.here(["explain", "--at", "in.docx:3"])
    head, said, *_rest = done.stdout.decode().splitlines()
    assert head == f"in.docx:3  {command.FIRST[:68]}…"
    assert said == "goes: paragraph 1 says the same and stays"

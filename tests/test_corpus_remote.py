"""`dedupe corpus` on files at addresses, against a server of S3 on this machine."""

from __future__ import annotations

import gzip
import io
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedupe_cli.corpus import estimate, run
from dedupe_cli.corpus.explaining import removals
from dedupe_cli.corpus.files import find_files
from dedupe_cli.errors import ReadError, SettingsError
from test_corpus import edited, prose, result, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A file system with a bucket ``crawl``, on a server that is asked for by the environment."""
    if find_spec("moto") is None:
        pytest.skip("moto is not installed")
    from moto.server import ThreadedMotoServer  # noqa: PLC0415
    from pyarrow import fs  # noqa: PLC0415

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "one", "AWS_SECRET_ACCESS_KEY": "two", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    system = fs.S3FileSystem(endpoint_override=f"{host}:{port}", scheme="http", allow_bucket_creation=True)
    system.create_dir("crawl")
    yield system
    server.stop()


def test_files_at_addresses_are_as_those_here(bucket: Any, tmp_path: Path) -> None:
    texts = [*map(prose, range(8)), edited(prose(1), 1), edited(prose(2), 2)]
    lines = [json.dumps({"id": n, "text": text}).encode() + b"\n" for n, text in enumerate(texts)]
    stored = io.BytesIO()
    pq.write_table(pa.table({"id": ["p"], "text": [edited(prose(3), 3)]}), stored)
    files = {
        "day/one.jsonl": b"".join(lines[:5]),
        "day/two.jsonl.gz": gzip.compress(b"".join(lines[5:]), mtime=0),
        "day/more/three.parquet": stored.getvalue(),
        "day/note.txt": prose(4).encode(),
        "day/picture.png": b"no text",
    }
    here = tmp_path / "in"
    for name, data in files.items():
        with bucket.open_output_stream(f"crawl/{name}", compression=None) as out:
            out.write(data)
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(data)
    run([str(here / "day")], tmp_path / "there")
    run(["s3://crawl/day"], tmp_path / "out")
    assert result(tmp_path / "out") == result(tmp_path / "there")
    assert len(table(tmp_path / "out")) == 4
    gone = table(tmp_path / "out")[0]["id"]
    assert [each.copy for each in removals(tmp_path / "out", gone)] == [
        each.copy for each in removals(tmp_path / "there", gone)
    ]
    assert estimate(["s3://crawl/day/*.jsonl"]).rows == 5

    names = [file.name for file in find_files(["s3://crawl/**/*.jsonl", "s3://crawl/day/more"])]
    assert names == ["more/three.parquet", "one.jsonl"]
    with pytest.raises(ReadError, match="s3://crawl/nothing: no such file"):
        find_files(["s3://crawl/nothing"])
    with pytest.raises(ReadError, match="no such file"):
        find_files(["s3://crawl/*.csv"])
    with pytest.raises(SettingsError, match="is elsewhere, other files are not"):
        find_files(["s3://crawl/day/one.jsonl"], [str(here / "day" / "note.txt")])


def test_an_address_of_no_known_kind() -> None:
    with pytest.raises(ReadError, match="ftp://: no address that can be read"):
        find_files(["ftp://example.org/crawl.jsonl"])

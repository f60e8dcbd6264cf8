"""The same job in this process, on a Ray cluster of two nodes of this machine, and with one of them killed on the way.

    python benchmarks/corpus/cluster.py --rows 6000

The second node is killed while a step runs; the job does that step again and must come to the same bytes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from dedupe_cli.corpus.execute import run
from dedupe_cli.corpus.options import Options

HERE = Path(__file__).parent


def result(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name not in {"summary.json", "job.json"})
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=6000)
    parser.add_argument("--kill-in", default="scores", help="the step in which a node is killed")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), args)


def measure(folder: Path, args: argparse.Namespace) -> None:
    source = folder / "docs.jsonl"
    with source.open("wb") as out:
        subprocess.run([sys.executable, HERE / "make.py", str(args.rows)], stdout=out, check=True)
    began = time.monotonic()
    code = "import sys; from dedupe_cli.corpus.execute import run; run([sys.argv[1]], sys.argv[2])"
    subprocess.run([sys.executable, "-c", code, source, folder / "local"], check=True)
    print(f"in this process: {time.monotonic() - began:.1f} s", flush=True)

    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    cluster.add_node(num_cpus=2)
    options = Options(engine="ray", ray_address=cluster.address)
    told = run([str(source)], folder / "ray", options, say=print)
    print(
        f"two nodes: {told['seconds']} s, the same bytes: {result(folder / 'ray') == result(folder / 'local')}",
        flush=True,
    )

    node = cluster.add_node(num_cpus=2)
    killed: list[str] = []

    def watch(stage: str, done: int, total: int) -> None:
        if stage == args.kill_in and not done and not killed:
            killed.append(stage)
            threading.Timer(0.3, lambda: cluster.remove_node(node, allow_graceful=False)).start()

    told = run([str(source)], folder / "killed", options, say=print, progress=watch)
    same = result(folder / "killed") == result(folder / "local")
    print(f"a node killed in {killed}: {told['seconds']} s, the same bytes: {same}", flush=True)


if __name__ == "__main__":
    main()

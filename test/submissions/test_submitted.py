"""Files as learners hand them in: links, pipes, folders with a notebook's name, too large, of the same name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from grader.course import CourseError
from grader.submitted import find, read


def names(*paths: Path) -> list[str]:
    return [name for name, _ in find(list(paths))]


def put(path: Path, text: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_stands_for_its_notebooks(tmp_path: Path) -> None:
    for name in ("b/01.ipynb", "a/01.ipynb", "a/.ipynb_checkpoints/01.ipynb", "a/notes.txt"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a/01", "b/01"]


def test_the_same_name_twice_is_told_in_full(tmp_path: Path) -> None:
    one, two = put(tmp_path / "a/01.ipynb"), put(tmp_path / "b/01.ipynb")
    assert names(one, two) == [(tmp_path / "a/01").as_posix(), (tmp_path / "b/01").as_posix()]


def test_the_same_file_twice_is_one(tmp_path: Path) -> None:
    file = put(tmp_path / "a.ipynb")
    assert names(file, tmp_path, file) == ["a"]


def test_names_do_nothing_to_a_terminal(tmp_path: Path) -> None:
    for name in (b"Zo\xc3\xab \xf0\x9f\xa6\x89.ipynb", b"red\x1b[31m\n.ipynb", b"latin-\xe9.ipynb"):
        (tmp_path / os.fsdecode(name)).write_text("{}")
    assert sorted(names(tmp_path)) == ["Zoë 🦉", "latin-�", "red�[31m�"]


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no file or folder"):
        find([tmp_path / "none"])
    with pytest.raises(CourseError, match="there is no notebook in"):
        find([tmp_path])


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """What another has handed in, or a file of the teacher's, is nobody's own work."""
    (tmp_path / "link.ipynb").symlink_to(put(tmp_path / "theirs.ipynb"))
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "none")
    assert names(tmp_path) == ["gone", "link", "theirs"]
    for name in ("link", "gone"):
        with pytest.raises(CourseError, match="it is a link"):
            read(tmp_path / f"{name}.ipynb")


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name in ("folder", "pipe"):
        with pytest.raises(CourseError, match="it is not a file"):
            read(tmp_path / f"{name}.ipynb")


def test_too_large(tmp_path: Path) -> None:
    with (tmp_path / "large.ipynb").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(CourseError, match="it has 200 MB, and at most 50 MB are read: clear its outputs"):
        read(tmp_path / "large.ipynb")


def test_text_of_any_kind(tmp_path: Path) -> None:
    (tmp_path / "marked.ipynb").write_bytes(b"\xef\xbb\xbf{}")
    assert read(tmp_path / "marked.ipynb") == "{}"
    (tmp_path / "latin.ipynb").write_bytes(b'"\xe9"')
    assert read(tmp_path / "latin.ipynb") == '"�"'

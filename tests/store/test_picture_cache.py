"""Pictures are kept within a bound, the oldest go first, and nothing depends on them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casework.store.picture_cache import PictureCache

_PIXELS = b"x" * 1000


def _age(folder: Path, key: str, seconds: float) -> None:
    path = folder / "cache" / "pages" / key[:2] / f"{key[2:]}.png"
    told = path.stat().st_mtime - seconds
    os.utime(path, (told, told))


def test_a_picture_is_given_back_as_it_was(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 10_000)
    assert cache.get("ab12") is None
    cache.put("ab12", _PIXELS)
    assert cache.get("ab12") == _PIXELS
    assert PictureCache(tmp_path, 10_000).get("ab12") == _PIXELS


def test_the_oldest_pictures_go_when_there_are_too_many(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 5_000)
    for number in range(5):
        cache.put(f"ab{number:02}", _PIXELS)
        _age(tmp_path, f"ab{number:02}", 5_000 - 900 * number)
    cache.get("ab00")  # asked for again: no longer the oldest
    cache.put("ab05", _PIXELS)
    kept = [number for number in range(6) if cache.get(f"ab{number:02}")]
    assert kept == [0, 3, 4, 5]
    assert cache.size() <= 5_000


def test_a_picture_that_is_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 500)
    cache.put("ab12", _PIXELS)
    assert cache.get("ab12") is None
    nothing = PictureCache(tmp_path, 0)
    nothing.put("ab12", b"x")
    assert nothing.get("ab12") is None


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    cache = PictureCache(tmp_path, 5_000)
    cache.put("ab12", _PIXELS)
    assert cache.get("ab12") is None


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_pictures_of_a_private_workspace_are_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    PictureCache(tmp_path, 5_000).put("ab12", _PIXELS)
    made = [path.stat().st_mode & 0o077 for path in (tmp_path / "cache").rglob("*")]
    assert made == [0, 0, 0]


def test_it_can_be_emptied_and_clears_away_what_was_left_unfinished(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 5_000)
    cache.put("ab12", _PIXELS)
    part = tmp_path / "cache" / "pages" / "ab" / "34.png.0000.part"
    part.write_bytes(b"half")
    assert cache.size() == 1000
    os.utime(part, (0, 0))
    cache.clear()
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "AB", "ab/cd"])
def test_a_key_that_is_no_digest_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        PictureCache(tmp_path, 5_000).get(key)

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import SettingsError
from casework.base.keys import write_key
from casework.base.settings import load, trust
from casework.sdk.home import home_of, is_workspace, keep_home
from casework.sdk.workspace import Workspace
from casework.store.home import Home

URL = "postgresql://ada@db.example.com/work?schema=claims"


def test_a_folder_whose_settings_name_a_store_is_a_workspace(tmp_path: Path) -> None:
    assert not is_workspace(tmp_path)
    (tmp_path / "settings.toml").write_text("[run]\ncases = 3\n")
    assert not is_workspace(tmp_path)
    (tmp_path / "settings.toml").write_text(f'[store]\nurl = "{URL}"\n')
    assert is_workspace(tmp_path)


def test_a_store_that_came_with_a_workspace_is_used_only_once_trusted(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f'[store]\nurl = "{URL}"\n')
    with pytest.raises(SettingsError, match="nobody trusted") as told:
        home_of(load(tmp_path))
    assert "casework settings trust" in told.value.fix
    trust(tmp_path)
    assert home_of(load(tmp_path)) == Home(URL)


async def test_opening_what_nobody_trusted_calls_nobody(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f'[store]\nurl = "{URL}"\n')
    with pytest.raises(SettingsError, match="nobody trusted"):
        await Workspace.open(tmp_path)


def test_what_casework_writes_itself_is_trusted(tmp_path: Path) -> None:
    keep_home(tmp_path, Home(URL, "s3://bucket/claims"))
    assert home_of(load(tmp_path)) == Home(URL, "s3://bucket/claims")
    keep_home(tmp_path, Home())
    assert home_of(load(tmp_path)) == Home()


def test_passwords_come_from_the_environment_or_the_key_file_and_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_home(tmp_path, Home(URL, "s3://bucket/claims"))
    write_key("postgresql", "walnut")
    write_key("s3", "ID:hazel")
    home = home_of(load(tmp_path))
    assert (home.password, home.key) == ("walnut", "ID:hazel")
    monkeypatch.setenv("CASEWORK_STORE_PASSWORD", "almond")
    home = home_of(load(tmp_path))
    assert home.password == "almond"
    assert "almond" not in repr(home)
    assert "hazel" not in repr(home)
    assert "walnut" not in (tmp_path / "settings.toml").read_text()

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock, stamp
from casework.base.errors import ConflictError, NotFoundError
from casework.store.home import Home
from casework.store.store import Store
from casework.types.needs import Blobs, CaseStore, CellStore, RunStore, VerdictStore
from tests.store.build import add_case, add_document, recorded, stored, write
from tests.store.conftest import Reopen


def test_the_store_is_what_other_rooms_need(store: Store) -> None:
    needed: tuple[CaseStore, CellStore, VerdictStore, RunStore, Blobs] = (
        store.cases, store.cells, store.verdicts, store.runs, store.blobs,
    )  # fmt: skip
    for protocol, given in zip((CaseStore, CellStore, VerdictStore, RunStore, Blobs), needed,
                               strict=True):  # fmt: skip
        for name in vars(protocol):
            if not name.startswith("_"):
                assert callable(getattr(given, name)), name


async def test_a_copy_of_the_folder_opens_elsewhere(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "workspace")
    case = await add_case(store)
    document = await add_document(store)
    await store.cases.add_document(case.id, document)
    await store.cells.commit(write(case, "total", written := recorded()))
    await store.close()
    shutil.copytree(store.folder, tmp_path / "elsewhere")
    shutil.rmtree(store.folder)
    copy = Store.open(tmp_path / "elsewhere")
    assert (await copy.cells.of_case(case.id))["total"].machine == stored(written)
    assert (await copy.cases.get(case.id)).documents == (document,)
    assert copy.blobs.get(document.sha256) == b"invoice"
    await copy.close()


async def test_a_workspace_keeps_its_id_and_when_it_was_made(
    store: Store, clock: FrozenClock, reopen: Reopen
) -> None:
    about = await store.about()
    assert about["created_at"] == stamp(clock.now())
    assert about["casework_version"]
    again = await reopen()
    assert await again.about() == await store.about() == about


async def test_a_workspace_is_not_made_twice_and_not_made_by_opening(
    store: Store, home: Home, tmp_path: Path
) -> None:
    with pytest.raises(ConflictError, match="already"):
        await Store.create_at(store.folder, home)
    elsewhere = Home(home.url and f"{home.url}_nothing")
    with pytest.raises(NotFoundError, match="casework init"):
        await Store.open_at(tmp_path / "nothing", elsewhere)
    assert not (tmp_path / "nothing").exists()


async def test_two_openers_see_what_the_other_has_committed(store: Store, reopen: Reopen) -> None:
    other = await reopen()
    case = await add_case(store)
    assert (await other.cases.get(case.id)).key == "one"
    await asyncio.gather(
        *(
            one.cells.commit(write(case, f"{n} {one is store}", recorded(seed=str(n))))
            for n in range(40)
            for one in (store, other)
        )
    )
    assert len(await store.cells.of_case(case.id)) == 80
    assert await store.cells.of_case(case.id) == await other.cells.of_case(case.id)

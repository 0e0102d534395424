"""Roles are looked at below all doors: who may do what, in whose name, and what is written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from casework.base.errors import CaseworkError, RightsError
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import ROLES, Permission, Person, Role
from tests.sdk.conftest import invoice

Act = Callable[[Workspace, Worksheet], Awaitable[object]]
ACTIONS: list[tuple[str, Permission, Act]] = [
    ("look", "read", lambda w, s: s.table()),
    ("plan", "read", lambda w, s: s.plan()),
    ("export", "read", lambda w, s: s.frame()),
    ("correct", "decide", lambda w, s: s.correct("A-1", "net", "EUR 1.00")),
    ("accept many", "decide", lambda w, s: s.bulk.accept()),
    ("review", "decide", lambda w, s: s.reviewing.begin()),
    ("run", "edit", lambda w, s: s.run()),
    ("rename", "edit", lambda w, s: s.rename_step("Net", "Net amount")),
    ("promise", "edit", lambda w, s: s.trust.promise()),
    ("forget", "manage", lambda w, s: w.forget("nothing", dry=True)),
    ("people", "manage", lambda w, s: w.people.add("eve")),
    ("keys", "manage", lambda w, s: w.keys.make("k")),
    ("settings", "manage", lambda w, s: w.configuration.put("run.cases", "3")),
    ("deeds", "manage", lambda w, s: w.deeds()),
    ("locks", "manage", lambda w, s: s.locks.put("Net", "edit", ["owner"])),
    ("readers", "manage", lambda w, s: s.documents.set_readers("A-1.txt", ["north"])),
    ("links", "manage", lambda w, s: w.entering.link()),
]
MAY: dict[Permission, tuple[Role, ...]] = {
    "read": ROLES,
    "decide": ("owner", "editor", "reviewer"),
    "edit": ("owner", "editor"),
    "manage": ("owner",),
}


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    made = await workspace.new_worksheet("invoices", procedure)
    (tmp_path / "A-1.txt").write_text(invoice("A-1"), "utf-8")
    await made.add(tmp_path / "A-1.txt")
    await made.run()
    return made


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_what_it_is_for_and_nothing_else(
    workspace: Workspace, sheet: Worksheet, role: Role
) -> None:
    acting = workspace.acting_as(Person("p", "Ada", role))
    seen = await acting.worksheet("invoices")
    for name, permission, act in ACTIONS:
        refused = ""
        try:
            await act(acting, seen)
        except RightsError as error:
            refused = error.code
        except CaseworkError:
            pass
        expected = "" if role in MAY[permission] else "rights.not_allowed"
        assert refused == expected, f"{name} by {role}"


async def test_whoever_sits_at_the_machine_may_everything(
    workspace: Workspace, sheet: Worksheet
) -> None:
    for _, _, act in ACTIONS:
        try:
            await act(workspace, sheet)
        except RightsError as error:  # pragma: no cover
            pytest.fail(str(error))
        except CaseworkError:
            pass


async def test_a_refusal_says_who_may_and_what_to_do(
    workspace: Workspace, sheet: Worksheet
) -> None:
    acting = workspace.acting_as(Person("p", "Ada", "reader"))
    seen = await acting.worksheet("invoices")
    with pytest.raises(RightsError) as caught:
        await seen.accept("A-1", "net")
    assert "Ada may not do that (Worksheet.accept)" in str(caught.value)
    assert "role reviewer" in str(caught.value)


async def test_nobody_acts_in_the_name_of_somebody_else(
    workspace: Workspace, sheet: Worksheet
) -> None:
    acting = workspace.acting_as(Person("p", "Ada", "reviewer"))
    seen = await acting.worksheet("invoices")
    view = await seen.accept("A-1", "net", who="The director")
    assert view.verdict is not None
    assert view.verdict.who == "Ada"


async def test_what_was_done_and_refused_is_written_down_without_values(
    workspace: Workspace, sheet: Worksheet
) -> None:
    acting = workspace.acting_as(Person("p", "Ada", "reviewer"))
    seen = await acting.worksheet("invoices")
    case = (await seen.cases())[0]
    await seen.correct(case.id, "net", "EUR 77.31", note="as on page 2")
    await seen.correct("A-1", "net", "EUR 77.32")
    with pytest.raises(RightsError):
        await seen.run()
    run, by_name, by_id, *_ = await workspace.deeds(person="p")
    assert (by_id.what, by_id.case, by_id.step) == ("Worksheet.correct", case.id, "net")
    assert (by_id.who, by_id.worksheet, by_id.ended) == ("Ada", sheet.id, "done")
    assert by_name.case == ""
    assert (run.what, run.ended) == ("Worksheet.run", "refused")
    assert "77.3" not in repr(await workspace.deeds(1000))
    assert "A-1" not in repr(await workspace.deeds(1000))


async def test_looking_and_asking_first_leave_no_trace_in_the_log(
    workspace: Workspace, sheet: Worksheet
) -> None:
    before = len(await workspace.deeds(1000))
    await sheet.table()
    await sheet.bulk.accept(dry=True)
    assert len(await workspace.deeds(1000)) == before


async def test_an_action_within_an_action_is_noted_once(
    workspace: Workspace, sheet: Worksheet
) -> None:
    before = len(await workspace.deeds(1000))
    await sheet.retry()
    assert len(await workspace.deeds(1000)) == before + 1


@pytest.mark.parametrize("role", ["editor", "reviewer"])
async def test_a_locked_step_is_for_those_whom_the_lock_names(
    workspace: Workspace, sheet: Worksheet, role: Role
) -> None:
    await workspace.people.add("grace", name="Grace", role=role)
    account = await workspace._house.store.people.by_login("grace")
    assert account is not None
    await sheet.locks.put("Net", "decide", ["grace"])
    ada = workspace.acting_as(Person("p", "Ada", role))
    grace = workspace.acting_as(account.person())
    with pytest.raises(RightsError, match="for Grace") as caught:
        await (await ada.worksheet("invoices")).accept("A-1", "net")
    assert caught.value.code == "rights.step_locked"
    await (await ada.worksheet("invoices")).accept("A-1", "vat")
    await (await grace.worksheet("invoices")).accept("A-1", "net")
    await sheet.locks.put("Net", "decide")
    await (await ada.worksheet("invoices")).undo("A-1", "net")


async def test_words_of_a_locked_step_stay_and_others_may_change(
    workspace: Workspace, sheet: Worksheet
) -> None:
    await sheet.locks.put("Net", "edit", ["owner"])
    editor = workspace.acting_as(Person("p", "Ada", "editor"))
    seen = await editor.worksheet("invoices")
    with pytest.raises(RightsError, match="Net is not yours to change"):
        await seen.rename_step("Net", "Net amount")
    await seen.rename_step("VAT", "Tax")
    owner = workspace.acting_as(Person("o", "Olga", "owner"))
    await (await owner.worksheet("invoices")).rename_step("Net", "Net amount")


async def test_bulk_acceptance_leaves_locked_steps_out(
    workspace: Workspace, sheet: Worksheet
) -> None:
    every = await sheet.bulk.accept(dry=True)
    for name in ("Net", "VAT", "Total due", "Supplier", "Invoice number"):
        try:
            await sheet.locks.put(name, "decide", ["owner"])
        except CaseworkError:
            continue
    acting = workspace.acting_as(Person("p", "Ada", "reviewer"))
    left = await (await acting.worksheet("invoices")).bulk.accept(dry=True)
    assert left.cells <= every.cells


async def test_the_owner_of_a_step_keeps_its_words(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "kept.md"
    file.write_text("# Notes\n\n## Author\n- owner: Grace\n\nWho wrote it.\n\n## Day\n", "utf-8")
    await workspace.new_worksheet("kept", file)
    ada = await workspace.acting_as(Person("p", "Ada", "editor")).worksheet("kept")
    with pytest.raises(RightsError, match="kept by Grace"):
        await ada.rename_step("Author", "Writer")
    grace = await workspace.acting_as(Person("g", "Grace", "editor")).worksheet("kept")
    await grace.rename_step("Author", "Writer")


async def test_settings_of_the_machine_are_not_changed_by_an_account(workspace: Workspace) -> None:
    owner = workspace.acting_as(Person("o", "Olga", "owner"))
    for name in ("store.url", "model.record", "studio.host", "outside.private", "person.groups",
                 "provider.office.ca", "plugins.off"):  # fmt: skip
        with pytest.raises(RightsError, match="at the machine"):
            await owner.configuration.put(name, "x")
    with pytest.raises(RightsError, match="at the machine"):
        await owner.configuration.put("run.cases", "3", user=True)
    changed = await owner.configuration.put("run.cases", "3")
    assert (changed.found.value, changed.at_start) == (3, False)
    assert workspace.settings.integer("run.cases") == 3
    assert workspace.generation == 1

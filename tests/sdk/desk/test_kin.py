"""Cases whose documents look alike."""

from __future__ import annotations

from pathlib import Path

from casework.sdk.desk.kin import kin_of
from casework.sdk.workspace import Workspace

_LEASE = """LEASE AGREEMENT

The tenant rents the flat {flat} from the landlord for a monthly rent of EUR {rent}.00, payable in
advance on the first working day of each month to the account that the landlord names in writing.
The tenant keeps the flat in good order, reports damage without delay, and returns it clean and
empty at the end of the term. Either side may end this agreement with three months' notice, given
in writing, to the end of a month. Repairs that cost less than EUR 80.00 are borne by the tenant.
"""
_NOTE = "Minutes: the committee met twice in spring and chose a new chair among its members.\n"


async def test_cases_with_like_documents_have_the_same_kin_and_others_their_own(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(_LEASE.format(flat="1 A", rent=900), "utf-8")
    (inbox / "b.txt").write_text(_LEASE.format(flat="2 B", rent=950), "utf-8")
    (inbox / "c.txt").write_text(_NOTE, "utf-8")
    sheet = await workspace.new_worksheet("leases", procedure)
    await sheet.add(inbox)
    kin = await kin_of(workspace._house.store, sheet._record.id)
    a, b, c = await sheet.cases()
    assert kin is not None
    assert kin(a) == kin(b)
    assert kin(c) == c.id


async def test_where_nothing_is_alike_nobody_has_to_look(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    (tmp_path / "c.txt").write_text(_NOTE, "utf-8")
    sheet = await workspace.new_worksheet("leases", procedure)
    await sheet.add(tmp_path / "c.txt")
    assert await kin_of(workspace._house.store, sheet._record.id) is None

"""Uploads and drafts by plain requests: limits, safe names, other people, samples, procedures."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import FormData

from casework.base.errors import UsageError
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.serve.uploads import batch_folder, safe_path
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model
from tests.serve.conftest import RunningStudio


def _form(**files: bytes) -> FormData:
    form = FormData(quote_fields=False)
    for name, data in files.items():
        form.add_field("file", data, filename=name.replace("_dot_", "."))
    return form


@pytest.mark.parametrize(
    ("told", "safe"),
    [
        ("inbox/a.pdf", "inbox/a.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Users\\x\\..\\a.pdf", "C:/Users/x/a.pdf"),
        ("a\x00b\n.pdf", "a_b_.pdf"),
        ("...", ""),
        ("CON.txt", "_CON.txt"),
        ("", ""),
    ],
)
def test_a_path_from_outside_stays_below_its_folder(told: str, safe: str) -> None:
    assert safe_path(told) == safe


def test_a_long_name_keeps_its_ending() -> None:
    kept = safe_path("ü" * 300 + ".pdf")
    assert kept.endswith(".pdf")
    assert len(kept.encode()) <= 180


async def test_files_are_kept_under_their_names_and_twins_beside_each_other(
    studio: RunningStudio,
) -> None:
    async with studio.client() as http:
        id = (await (await http.post("/new", headers={"Accept": "application/json"})).json())["id"]
        form = FormData(quote_fields=False)
        form.add_field("file", b"one", filename="in/a.txt")
        form.add_field("file", b"two", filename="in/a.txt")
        form.add_field("file", b"up", filename="../../../up.txt")
        told = await (await http.post(f"/new/{id}/files", data=form)).json()
    assert [one["path"] for one in told["files"]] == ["in/a.txt", "in/a (2).txt", "up.txt"]
    draft = await studio.workspace.drafts.get(id)
    found = sorted(
        path.relative_to(draft.folder).as_posix() for path in draft.folder.rglob("*.txt")
    )
    assert found == ["in/a (2).txt", "in/a.txt", "up.txt"]


async def test_an_upload_over_the_limit_leaves_nothing(
    tmp_path: Path, studio: RunningStudio
) -> None:
    (studio.workspace.folder / "settings.toml").write_text("[studio]\nupload_mb = 1\n", "utf-8")
    draft = await studio.workspace.drafts.begin()
    async with studio.client() as http:
        answer = await http.post(f"/new/{draft.id}/files", data=_form(big_dot_txt=b"x" * (3 << 20)))
        assert answer.status in (200, 400)
        if answer.status == 400:  # the limit was read anew
            assert (await answer.json())["code"] == "upload.too_large"
            assert not any(draft.folder.rglob("*.txt"))


async def test_a_broken_upload_leaves_nothing(studio: RunningStudio) -> None:
    draft = await studio.workspace.drafts.begin()
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf of'
    async with studio.client() as http:
        answer = await http.post(
            f"/new/{draft.id}/files",
            data=body,
            headers={
                "Content-Type": "multipart/form-data; boundary=x",
                "Accept": "application/json",
            },
        )
        assert answer.status == 400
        assert (await answer.json())["code"] == "upload.not_multipart"
        plain = await http.post(
            f"/new/{draft.id}/files", data=b"x", headers={"Accept": "application/json"}
        )
        assert plain.status == 400
    assert [path for path in draft.folder.rglob("*") if path.is_file()] == []


async def test_only_who_began_a_draft_and_may_edit_sees_it(studio: RunningStudio) -> None:
    draft = await studio.workspace.drafts.begin()
    ada, bo = await studio.person("Ada", "editor"), await studio.person("Bo", "reader")
    async with studio.client(ada) as http:
        assert (await http.get(f"/new/{draft.id}")).status == 404
        folder = await http.post(f"/new/{draft.id}/folder", data={"folder": "/etc"})
        assert folder.status in (403, 404)
        for act in ("stop", "drop"):
            assert (await http.post(f"/new/{draft.id}/{act}")).status == 404, act
    assert (await studio.workspace.drafts.get(draft.id)).id == draft.id
    async with studio.client(bo) as http:
        assert (await http.post("/new")).status == 403
        assert (await http.get("/")).status == 200


async def test_a_pasted_procedure_makes_a_worksheet_and_a_wrong_one_says_why(
    studio: RunningStudio,
) -> None:
    async with studio.client() as http:
        good = {"text": "# Leases\n\n## Tenant\n\n## Rent\n- type: money\n"}
        answer = await http.post("/new/from/procedure", data=good, allow_redirects=False)
        assert answer.headers["Location"] == "/w/leases"
        bad = {"text": "# Bad\n\n## Rent\n- type: monney\n"}
        answer = await http.post(
            "/new/from/procedure", data=bad, headers={"Accept": "application/json"}
        )
        assert answer.status == 400
        assert "monney" in (await answer.json())["title"]
    assert [one.name for one in await studio.workspace.worksheets()] == ["Leases"]


async def test_a_sample_is_added_and_run(studio: RunningStudio) -> None:
    async with studio.client() as http:
        answer = await http.post(
            "/new/from/sample", data={"sample": "agreements"}, allow_redirects=False
        )
        assert answer.headers["Location"] == "/w/agreements"
        assert (await http.post("/new/from/sample", data={"sample": "no"})).status == 400
    sheet = await studio.workspace.worksheet("agreements")
    assert (await sheet.view()).cases == 14


async def test_a_restart_in_the_middle_loses_nothing(
    studio: RunningStudio, workspace: Workspace
) -> None:
    draft = await workspace.drafts.begin()
    (draft.folder / "a.txt").write_text(invoice("A"), "utf-8")
    async with studio.client() as http:
        page = await (await http.get("/")).text()
    assert "1 file was not looked at yet" in page.replace('<data class="n" value="1">1</data>', "1")
    assert draft.id in page


async def test_odd_answers_stay_in_the_part(studio: RunningStudio) -> None:
    draft = await studio.workspace.drafts.begin()
    hx = {"HX-Request": "true"}
    async with studio.client() as http:
        answer = await http.post(
            f"/new/{draft.id}/steps", data={"name": "{bad}", "type": "text"}, headers=hx
        )
        assert answer.status == 200
        assert "is no name of a step" in await answer.text()
        answer = await http.post(
            f"/new/{draft.id}/steps", data={"name": "<b>Net</b>", "type": "money"}, headers=hx
        )
        text = await answer.text()
        assert "<b>Net" not in text
        assert "&lt;b&gt;Net" in text


async def test_an_sop_among_the_files_becomes_steps_and_is_no_case(
    own_configuration: Path, tmp_path: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    step: dict[str, Json] = {"name": "Total due", "type": "money", "by": "document",
            "instruction": "With tax.", "because": "Note the total."}  # fmt: skip
    server.play({"rules": [{"answer": {"title": "Paying", "preamble": "", "steps": [step]}}]})
    async with await Workspace.create(tmp_path / "w") as workspace:
        draft = await workspace.drafts.begin()
        (draft.folder / "how-we-pay.md").write_text("Note the total.", "utf-8")
        for name in ("a", "b"):
            (draft.folder / f"{name}.txt").write_text(invoice(name), "utf-8")
        await workspace.drafts.look(draft.id)
        after = await workspace.drafts.word(draft.id, sop="how-we-pay.md")
        assert after.suggested is not None
        assert (after.files, after.suggested.cases, after.suggested.sop) == (3, 2, "how-we-pay.md")
        [total] = after.suggested.kept
        assert (total.found, total.source) == (2, "procedure")
        first = await workspace.drafts.first_run(draft.id)
        assert first is not None
        assert (first.calls, first.cost_usd) == (2, None)


def test_the_name_of_an_upload_is_checked() -> None:
    with pytest.raises(UsageError):
        batch_folder(None, None, "../x")  # type: ignore[arg-type]

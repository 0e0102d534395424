"""Draws docs/pictures: every page of the studio in light and dark, over the shipped samples.

    .venv/bin/python tools/pictures.py            # all pages
    .venv/bin/python tools/pictures.py sheet case # some

Makes a workspace of its own with a scripted model, opens the studio in Chromium, and writes one PNG
of 1440 × 900 a page and scheme. The model's answers are scripted; what is read from documents is
what casework reads.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

from PIL import Image, ImageFilter
from playwright.async_api import Page, async_playwright

from casework.sdk.demo import SAMPLES, add_late, add_sample, edit_rule, make_demo, run_sample
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.serve.house import Options
from casework.serve.run import free_port, server_of

TARGET = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDTH, HEIGHT = 1440, 900
FRONT = 0.82
"""How large the case stands in front of the sheet in the first picture."""
EDGE = 1
GROUND = {"light": "#e9e9e4", "dark": "#0b0c0d"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SETTINGS = """[model]
default = "openai:gpt-5-mini"
[extract]
with = "embedded"
[person]
name = "Dana Whitlock"
[provider.openai]
base_url = "{url}"
"""
"""A name whose price is known, so that costs show; it is the scripted server that answers."""
HIDDEN = "claim-number,policy-number,policy-start,policy-end"
"""Steps of the claims that tell little in a picture."""
Act = Callable[[Page], Awaitable[None]]


async def _nothing(page: Page) -> None:
    """The page as it opens."""


async def _focus_a_value(page: Page) -> None:
    """A derived value of the case, with what it was made of."""
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.wait_for_timeout(400)


async def _open_a_step(page: Page) -> None:
    """The side panel of a step beside the sheet, with a draft that is tried while one types."""
    area = page.locator("#step-instruction")
    await area.wait_for()
    await area.fill('`"query" if {VAT} is missing or {Net} > 500 else "pay"`')
    await page.wait_for_timeout(4_000)


async def _open_a_call(page: Page) -> None:
    await page.locator("tr[data-call] a").first.click()
    await page.wait_for_timeout(400)


PAGES: dict[str, tuple[str, Act]] = {
    "home": ("/", _nothing),
    "new": ("/new/{draft}", _nothing),
    "sheet": (f"/w/claims?hide={HIDDEN}", _nothing),
    "step": ("/w/invoices?step=decision", _open_a_step),
    "case": ("/w/claims/cases/{claim}", _focus_a_value),
    "review": ("/w/claims/review", _nothing),
    "procedure": ("/w/claims/procedure", _nothing),
    "runs": ("/w/agreements/runs", _nothing),
    "run": ("/w/agreements/runs/{run}", _nothing),
    "calls": ("/w/agreements/calls", _open_a_call),
    "costs": ("/w/agreements/costs", _nothing),
    "settings": ("/settings/all", _nothing),
    "api": ("/api", _nothing),
}


async def prepare(workspace: Workspace) -> dict[str, str]:
    """Fill the workspace; returns what stands for the words in addresses."""
    for sample in SAMPLES:
        await add_sample(workspace, sample, None)
        await run_sample(workspace, sample, None)
    claims = await workspace.worksheet("claims")
    for case in ("MB-2024-03107", "MB-2024-03271"):
        for step in ("policyholder", "amount-claimed"):
            await claims.accept(case, step)
    await add_late(workspace)
    await claims.run()
    await edit_rule(workspace)
    draft = await workspace.drafts.begin()
    with resources.as_file(
        resources.files("casework.samples") / "invoices" / "documents"
    ) as source:
        await workspace.drafts.take(draft.id, str(source))
    await workspace.drafts.look(draft.id)
    agreements = await workspace.worksheet("agreements")
    cases = {case.name: case.id for case in await claims.cases()}
    run = (await agreements.runs())[0].id
    return {"claim": cases["MB-2024-03107"], "run": run, "draft": draft.id}


async def draw(names: Sequence[str]) -> None:
    """Draw these pages, all for none."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), "")
    if not browser:
        raise SystemExit("No Chromium was found. On Debian: apt-get install chromium")
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ScriptedServer() as model:
        configuration = Path(folder) / "configuration"
        configuration.mkdir()
        os.environ |= {"CASEWORK_CONFIG": str(configuration), "OPENAI_API_KEY": "scripted"}
        settings = SETTINGS.format(url=model.base_url)
        (configuration / "settings.toml").write_text(settings, "utf-8")
        async with await make_demo(Path(folder) / "casework-demo") as workspace:
            told = await prepare(workspace)
            port = free_port()
            server = server_of(workspace, Options(port=port))
            serving = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110 - uvicorn tells it by nothing else
                await asyncio.sleep(0.05)
            link = await workspace.entering.link()
            await shoot(browser, f"http://127.0.0.1:{port}", link.token, told, names)
            server.should_exit = True
            await serving


async def shoot(
    browser: str, url: str, token: str, told: dict[str, str], names: Sequence[str]
) -> None:
    """Open each page in both schemes and keep what it looks like."""
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = await opened.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB"
        )
        page = await context.new_page()
        await page.goto(f"{url}/enter/{token}")
        for name, (path, act) in PAGES.items():
            if names and name not in names:
                continue
            for scheme in SCHEMES:
                await page.emulate_media(color_scheme=scheme)
                await page.goto(url + path.format(**told))
                await page.wait_for_timeout(1_500)
                await act(page)
                keep(await page.screenshot(), TARGET / f"{name}-{scheme}.png")
        await opened.close()


def keep(picture: bytes, path: Path) -> None:
    """Write a picture as small as it gets without a loss."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


def draw_first() -> None:
    """The first picture of the README: the sheet, and a case of it open in front."""
    for scheme in SCHEMES:
        sheet, case = (TARGET / f"{name}-{scheme}.png" for name in ("sheet", "case"))
        if not (sheet.is_file() and case.is_file()):
            continue
        with Image.open(sheet) as behind, Image.open(case) as front:
            size = (int(WIDTH * FRONT), int(HEIGHT * FRONT))
            small = front.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            whole = Image.new("RGB", (WIDTH + 180, HEIGHT + 150), GROUND[scheme])
            whole.paste(behind.convert("RGB"), (0, 0))
            left, top = whole.width - size[0], whole.height - size[1]
            shade = Image.new("RGBA", (size[0] + 60, size[1] + 60), (0, 0, 0, 0))
            shade.paste((0, 0, 0, 90), (30, 30, size[0] + 30, size[1] + 30))
            soft = shade.filter(ImageFilter.GaussianBlur(14))
            whole.paste(soft, (left - 30, top - 30), soft)
            whole.paste(
                Image.new("RGB", (size[0] + 2 * EDGE, size[1]), GROUND[scheme]), (left - EDGE, top)
            )
            whole.paste(small, (left, top))
            whole.save(TARGET / f"studio-{scheme}.png", optimize=True)
            print(f"studio-{scheme}.png")


if __name__ == "__main__":
    asyncio.run(draw(sys.argv[1:]))
    draw_first()

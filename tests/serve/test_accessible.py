"""Every page without a violation that axe-core knows, in light and dark, without a mouse, and on
every size of window."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Page

from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import use_model
from tests.serve.axe import violations
from tests.serve.conftest import RunningStudio
from tests.serve.walk import Filled, fill, rest, visit

SIZES = ((320, 640), (720, 450), (3840, 2160), (1440, 900))
"""A small telephone; a laptop at 200 %; a wall; a laptop as it is."""
MOST_STOPS = 250
_FROM_THE_TOP = """() => {
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  top.remove();
}"""
_STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  at.dataset.reached = "yes";
  (window.reached ??= new Set()).add(at.id || at.getAttribute("href") || at.outerHTML);
  const shown = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  };
  const seen = shown(at) || (at.parentElement && shown(at.parentElement))
    || (at.labels && [...at.labels].some(shown));
  return seen ? "" : at.outerHTML.slice(0, 120);
}"""
_MISSED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary")]
  .filter((one) => !one.dataset.reached && !window.reached?.has(one.id || one.getAttribute("href"))
    && !one.disabled && one.tabIndex >= 0
    && one.type !== "hidden"
    && !one.closest("[inert], [hidden], dialog:not([open]), fieldset[disabled]")
    && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    && !(one.type === "radio" && document.querySelector(`[name="${one.name}"][data-reached]`)))
  .map((one) => one.outerHTML.slice(0, 120))"""
Act = Callable[[Page], Awaitable[None]]


@pytest.fixture
async def workspace(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> AsyncIterator[Workspace]:
    """A workspace whose model answers in no way that can be read."""
    use_model(own_configuration, server)
    with (own_configuration / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('[extract]\nwith = "embedded"\n')
    server.play(rules=[{"match": "", "answer": "no JSON"}])
    async with await Workspace.create(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
async def filled(studio: RunningStudio, tmp_path: Path) -> Filled:
    return await fill(studio, tmp_path)


async def _too_wide(page: Page) -> list[str]:
    """The windows that the page does not fit; the last of them is what it was shown in."""
    told: list[str] = []
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        over = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 1:
            told.append(f"{over} px too wide at {width}")
    return told


async def _by_tab(page: Page) -> list[str]:
    """The controls that Tab does not reach, or on which no focus is seen; whether it lets go."""
    await page.evaluate(_FROM_THE_TOP)
    told: list[str] = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        unseen = await page.evaluate(_STOP)
        if unseen is None:
            break
        if unseen:
            told.append(f"no focus is seen on {unseen}")
    else:
        told.append("the focus never leaves the page")
    return told + [f"not reached: {one}" for one in await page.evaluate(_MISSED)]


async def _walk(page: Page, filled: Filled, paths: Sequence[str]) -> dict[str, list[str]]:
    """What is wrong with several pages, by path; each is opened once."""
    found = {}
    for path in paths:
        await visit(page, filled, path)
        told = [*await violations(page), *await _too_wide(page), *await _by_tab(page)]
        if told:
            found[path] = told
    return found


async def test_every_page_is_without_violations_fits_every_window_and_is_walked_by_tab(
    filled: Filled, page: Page, refused: object
) -> None:
    assert await _walk(page, filled, filled.pages) == {}


async def test_so_is_every_section_of_the_settings_and_the_door(
    filled: Filled, page: Page, refused: object
) -> None:
    assert await _walk(page, filled, filled.settings) == {}


async def _cell(page: Page) -> None:
    await page.locator('[data-row="0"] [data-column="2"]').click()


async def _step(page: Page) -> None:
    await page.wait_for_selector("#step-told [data-look]")
    await page.wait_for_selector("[data-draft][data-done=yes], #step-sample")


async def _selected(page: Page) -> None:
    await _cell(page)
    await page.keyboard.press("Space")
    await page.wait_for_selector("#selected:not([hidden])")


async def _planned(page: Page) -> None:
    await page.locator("[data-plan]").click()
    await page.wait_for_selector("#ask[open]")


async def _filter(page: Page) -> None:
    await page.locator("[data-open-filter]").click()
    await page.wait_for_selector("#filter:popover-open")


async def _export(page: Page) -> None:
    await page.locator("[data-export]").click()
    await page.wait_for_selector("#export-menu:popover-open")


async def _keys(page: Page) -> None:
    await page.locator("[data-keys]").click()
    await page.wait_for_selector("dialog.keys-help[open]")


async def _find(page: Page) -> None:
    await page.locator("[data-find]").click()
    await page.keyboard.type("A-1")
    await page.wait_for_selector("dialog[open] a, dialog[open] [role=option]")


async def _history(page: Page) -> None:
    await page.keyboard.press("h")
    await page.wait_for_selector("#history:not([hidden]) li")


async def _correct(page: Page) -> None:
    await page.keyboard.press("e")
    await page.wait_for_selector(".field.on .editor-input :is(input, select, textarea)")


async def _assign(page: Page) -> None:
    await page.wait_for_selector("#desk-here .card")
    await page.keyboard.press("a")
    await page.wait_for_selector("#desk-assign[open]")


async def test_nothing_that_opens_within_a_page_has_a_violation(filled: Filled, page: Page) -> None:
    sheet, case = "/w/invoices", f"/w/invoices/cases/{filled.case}#f-sums-agree"
    states: tuple[tuple[str, Act], ...] = (
        (f"{sheet}?step=tone", _step), (sheet, _selected), (sheet, _planned), (sheet, _filter),
        (sheet, _export), (sheet, _keys), (sheet, _find), (case, _history), (case, _correct),
        (f"{sheet}/review", _assign),
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for path, act in states:
        await page.goto("about:blank")
        await visit(page, filled, path)
        if case in path:
            await page.wait_for_selector(".field.on")
        await act(page)
        await rest(page)
        if told := await violations(page):
            found[f"{path} {act.__name__}"] = told
    assert found == {}

"""What axe-core says of a page as it stands, in light and in dark."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

_DARK = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""All that can differ once the scheme does."""
_RUN = """async (options) =>
  (await axe.run({ ...options, resultTypes: ["violations"] })).violations"""


async def violations(page: Page) -> list[str]:
    """Each violation in a line; none is right. Leaves the page in light."""
    told: list[str] = []
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    for scheme, options in (("dark", _DARK), ("light", {})):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        told += [
            f"{scheme}: {one['id']}: {one['help']} ({one['nodes'][0]['html'][:160]})"
            for one in await page.evaluate(_RUN, options)
        ]
    return told

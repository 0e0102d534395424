"""Trust: promises about errors, and how they stand."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from casework.sdk.promised.views import PromiseView, TrustView
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Slug, Word, router_of
from casework.serve.rest.shapes import Asked, Text, shape

router = router_of("trust")
_PATH = SHEET + "/trust"


class PromiseAsked(Asked):
    """A promise: at most the share `epsilon` of what passes without a person is wrong, but for
    probability `delta`."""

    model_config = ConfigDict(json_schema_extra={"example": {"epsilon": 0.05, "delta": 0.1}})
    epsilon: Annotated[float, Field(gt=0, lt=1)] = 0.05
    delta: Annotated[float, Field(gt=0, lt=1)] = 0.1
    step: Annotated[Text, Field(description="'' for all that have none of their own.")] = ""


class WithdrawAsked(Asked):
    """Which promise is taken back."""

    step: Text = ""


@router.get(_PATH, response_model=shape(TrustView))
async def get(here: Here, worksheet: Slug, step: Word = "") -> TrustView:
    """How every promise stands, or that of one step."""
    return await (await here.worksheet(worksheet)).trust.view(step=step)


@router.post(_PATH + "/promise", response_model=shape(PromiseView))
async def promise(here: Here, worksheet: Slug, asked: PromiseAsked) -> PromiseView:
    """Promise; cases are drawn at random at once, and nothing passes before enough were checked."""
    trust = (await here.worksheet(worksheet)).trust
    return await trust.promise(asked.epsilon, asked.delta, step=asked.step)


@router.post(_PATH + "/withdraw", response_model=shape(TrustView))
async def withdraw(here: Here, worksheet: Slug, asked: WithdrawAsked | None = None) -> TrustView:
    """Take a promise back; what was checked is kept."""
    trust = (await here.worksheet(worksheet)).trust
    return await trust.withdraw(step=asked.step if asked else "")

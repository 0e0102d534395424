"""Pictures of the places of a case's values, small enough to stand beside them in a notebook."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace

from casework.base.errors import CaseworkError
from casework.documents.drawing.marks import Mark
from casework.sdk.casefile.views import CaseFile, FieldView
from casework.sdk.notebook import Crop
from casework.sdk.wire import House

_MOST = 40
_AT_ONCE = 4
_SCALE, _MARGIN_PT = 1.5, 14.0


async def crops_of(house: House, file: CaseFile) -> CaseFile:
    """The file with a picture of the first place of each value; a page that cannot be drawn leaves
    its words."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(field: FieldView) -> Crop | None:
        place = field.places[0]
        boxes = dict(place.boxes).get(place.page, ())
        async with slots:
            try:
                data = await house.pictures.picture(
                    place.document,
                    place.page,
                    [Mark(box) for box in boxes],
                    scale=_SCALE,
                    crop_margin_pt=_MARGIN_PT,
                )
            except CaseworkError:
                return None
        where = f"{place.document_name}, page {place.page}"
        return Crop(field.id, where, base64.b64encode(data).decode("ascii"))

    placed = [field for field in file.fields if field.places and field.places[0].part != "input"]
    drawn = await asyncio.gather(*(one(field) for field in placed[:_MOST]))
    return replace(file, crops=tuple(crop for crop in drawn if crop is not None))

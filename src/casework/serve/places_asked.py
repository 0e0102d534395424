"""A place that a person took a value from, as pages and programs send it. Whether it stands in a
document of the case is for the sdk to say."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from casework.sdk.told_places import LONGEST_QUOTE, MOST_BOXES, MOST_PLACES, ToldPlace
from casework.serve.rest.shapes import Text
from casework.types.document import Box

_HIGHEST_PAGE = 1_000_000
_FARTHEST_PT = 1e6
Edge = Annotated[float, Field(ge=-_FARTHEST_PT, le=_FARTHEST_PT)]


class PlaceAsked(BaseModel):
    """Words on a page of a document of the case."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)
    document: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="Its sha256.")]
    page: Annotated[int, Field(ge=1, le=_HIGHEST_PAGE, description="Counts from 1.")]
    quote: Annotated[
        Text,
        Field(min_length=1, max_length=LONGEST_QUOTE, description="The words that stand there."),
    ]
    boxes: Annotated[
        list[tuple[Edge, Edge, Edge, Edge]],
        Field(
            default_factory=list,
            max_length=MOST_BOXES,
            description="Left, top, right, bottom in points from the top left corner of the page;"
            " of words that stand there twice they tell which are meant.",
        ),
    ]

    def told(self) -> ToldPlace:
        """The same for the sdk."""
        boxes = tuple(Box(*box) for box in self.boxes)
        return ToldPlace(self.document, self.page, self.quote, boxes)


PlacesAsked = Annotated[
    list[PlaceAsked],
    Field(
        default_factory=list,
        max_length=MOST_PLACES,
        description="Where the value was taken from; words that are not found on that page are"
        " kept as they were told, with the grade `none`.",
    ),
]


def told_places(asked: list[PlaceAsked]) -> tuple[ToldPlace, ...]:
    """Places as the sdk takes them."""
    return tuple(one.told() for one in asked)

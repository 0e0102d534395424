"""Problems as programs are told of them: RFC 9457, with our code and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from casework.base.errors import CaseworkError, ProcedureError, RequestError

MEDIA_TYPE = "application/problem+json"
_CODES: Mapping[int, str] = {
    400: "request.invalid",
    401: "sign_in.needed",
    403: "rights.not_allowed",
    404: "not_found",
    405: "request.method",
    413: "request.too_large",
    415: "request.content_type",
    422: "request.invalid",
    429: "request.too_many",
}
_WAIT_S = 1


class MistakeShown(BaseModel):
    """A mistake in a procedure."""

    line: int
    code: str
    reason: str
    fix: str


class Problem(BaseModel):
    """What went wrong, and what to do next (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "detail": "There is no case 'A-9'.",
                "code": "not_found",
                "fix": "Did you mean 'A-1'?",
                "retry": False,
                "request_id": "4f2a9c01d3b7e655",
            }
        }
    )
    type: Annotated[str, Field(description="Always `about:blank`: the code tells the kind.")]
    title: Annotated[str, Field(description="The name of the HTTP status.")]
    status: int
    detail: Annotated[str, Field(description="What happened, to which thing.")]
    code: Annotated[str, Field(description="Our code; docs/errors.md lists all.")]
    fix: Annotated[str, Field(description="What to do next; may be empty.")]
    retry: Annotated[bool, Field(description="Whether the same request may succeed later.")]
    request_id: Annotated[str, Field(description="Names the request in the log.")] = ""
    mistakes: Annotated[
        list[MistakeShown], Field(description="All mistakes of a procedure, by line.")
    ] = Field(default_factory=list)


RESPONSES: dict[int | str, dict[str, object]] = {
    "default": {
        "description": "A problem: what happened, and what to do next.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""What every route may answer besides what it is for."""


def status_of(error: CaseworkError) -> int:
    """The HTTP status that tells of an error."""
    return error.status if isinstance(error, RequestError) else error.http_status


def problem_answer(
    request: Request,
    status: int,
    detail: str,
    *,
    code: str = "",
    fix: str = "",
    error: CaseworkError | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that tells a program of a problem."""
    mistakes: Sequence[dict[str, object]] = ()
    if isinstance(error, ProcedureError):
        mistakes = [
            {"line": one.line, "code": one.code, "reason": one.reason, "fix": one.fix}
            for one in error.mistakes
        ]
    told: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code or _CODES.get(status, "casework.error"),
        "fix": fix,
        "retry": error.retryable if error else status in (429, 503),
        "request_id": getattr(request.state, "request_id", ""),
    }
    if mistakes:
        told["mistakes"] = mistakes
    request.state.problem = told["code"]
    more = dict(headers or {})
    if error is not None and (error.retry_after_s is not None or error.retryable):
        more["Retry-After"] = str(max(_WAIT_S, round(error.retry_after_s or 0)))
    return Response(json.dumps(told), status, media_type=MEDIA_TYPE, headers=more)

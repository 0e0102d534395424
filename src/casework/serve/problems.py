"""Errors as answers: problem+json (RFC 9457) for programs, a page with what to do for people."""

from __future__ import annotations

import json

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from casework.base.errors import CaseworkError
from casework.serve.auth.headers import HEADERS
from casework.serve.pages import render
from casework.serve.rest.problem import problem_answer, status_of

PROBLEM = "application/problem+json"


def register_problems(app: FastAPI) -> None:
    """Let every error of the app end here."""
    app.add_exception_handler(CaseworkError, _of_ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(Exception, _of_nobody)


async def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CaseworkError)
    if _of_api(request):
        return problem_answer(
            request, status_of(error), error.message, code=error.code, fix=error.fix, error=error
        )
    return problem(request, status_of(error), error.message, fix=error.fix, code=error.code)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _of_api(request):
        detail = "There is no such address." if error.status_code == 404 else str(error.detail)
        return problem_answer(request, error.status_code, detail, headers=error.headers)
    told = {404: "There is no such page.", 405: "That cannot be done here."}
    return problem(request, error.status_code, told.get(error.status_code, str(error.detail)))


async def _of_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    words = "; ".join(
        f"{'.'.join(map(str, one['loc'][1:])) or 'request'}: {one['msg']}" for one in error.errors()
    )
    return problem(request, 422, f"The request does not fit: {words}.", code="request.invalid")


async def _of_nobody(request: Request, error: Exception) -> Response:
    answer = problem(
        request,
        500,
        "casework met a fault of its own; nothing that was committed is lost.",
        fix="Try again; the log of the server names the fault.",
        code="casework.fault",
    )
    answer.headers.update(HEADERS)  # this handler stands outside of the guard, which adds them
    return answer


def problem(
    request: Request, status: int, message: str, *, fix: str = "", code: str = ""
) -> Response:
    """The answer that tells of a problem: JSON for programs, a fragment for a part of a page that
    was asked for by itself, else a whole page."""
    request.state.problem = code or f"http.{status}"
    if _of_api(request):
        return problem_answer(request, status, message, code=code, fix=fix)
    told = {"type": "about:blank", "title": message, "code": code, "fix": fix}
    if _wants_json(request):
        return Response(json.dumps({**told, "status": status}), status, media_type=PROBLEM)
    name = "problem_part.html" if request.headers.get("HX-Request") else "problem.html"
    return render(request, name, status=status, **told)


def _of_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "html" not in accepted

"""Every route that changes something, asked by everybody who may not: role by role, and with a key
that has only the right to look. A new route has to be at home in the table below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from aiohttp import ClientSession, DummyCookieJar, FormData
from fastapi.routing import APIRoute, _IncludedRouter

from casework.governance.roles import may
from casework.sdk.worksheet import Worksheet
from casework.serve.app import create_app
from casework.serve.rest.api import api_router, specification_of
from casework.types.person import ROLES, Permission
from tests.serve.conftest import RunningStudio

API = "/api/v1"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
NEEDS: Sequence[tuple[Permission, str]] = (
    # What only shows, though it is asked for with a body, and one's own things.
    ("read", r"/w/{name}/(plan|export|rows)"),
    ("read", r"/w/{name}/cases/{case_id}/(typed|proposal)"),
    ("read", r"/w/{name}/(procedure|steps)/(look|impact|stop)"),
    ("read", rf"{API}/worksheets/{{worksheet}}/(plan|procedure/check|drafts/look|drafts/impact)"),
    ("read", r"/uploads/{batch}(?# DELETE: one's own)"),
    ("read", r"/sign-in|/enter/{token}|/sign-out|/settings/account/password"),
    # The word of a person, and what belongs to giving it.
    ("decide", r"/w/{name}/(accept|assign|views|views/{id}|calls/{call_id}/notes)"),
    ("decide", r"/w/{name}/cases/{case_id}/decide"),
    ("read", r"/w/{name}/review/(take|next|release)"),  # who may only look keeps nothing
    ("read", rf"{API}/worksheets/{{worksheet}}/review/(next|.*/(take|release|skip))"),
    ("decide", r"/w/{name}/review/(?!promise).*"),
    ("decide", rf"{API}/worksheets/{{worksheet}}/(accept|views|views/{{view}}|review/.*)"),
    ("decide", rf"{API}/worksheets/{{worksheet}}/cases/.*/(verdict|undo|redo)"),
    ("decide", rf"{API}/worksheets/{{worksheet}}/calls/{{call}}/note"),
    # People, keys, models, settings, who may read what, and what of the server's disk is read.
    ("manage", r"/settings/.*|/new/{id}/folder"),
    ("manage", rf"{API}/(webhooks|people|keys|settings|models|watches|forget)(/.*)?"),
    ("manage", rf"{API}/worksheets/{{worksheet}}/(locks/.*|documents/{{document}}/readers)"),
    # All else adds documents, runs, or changes the procedure.
    ("edit", r".*"),
)


def routes_of(routes: Sequence[object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Methods and templates of all routes that may change something."""
    for route in routes:
        if isinstance(route, _IncludedRouter):
            yield from routes_of(route.original_router.routes, prefix)
        elif isinstance(route, APIRoute):
            inside = prefix or (API if route.tags and not route.path.startswith(API) else "")
            for method in sorted((route.methods or set()) & set(UNSAFE)):
                yield method, inside + route.path


def needed(method: str, path: str) -> Permission:
    """What a route takes, as the table says."""
    if (method, path) == ("POST", "/uploads/{batch}"):
        return "edit"
    return next(one for one, pattern in NEEDS if re.fullmatch(pattern, path))


def example(spec: Mapping[str, object], schema: object) -> object:
    """The least that a schema takes."""
    told = schema if isinstance(schema, Mapping) else {}
    if "$ref" in told:
        found: object = spec
        for part in str(told["$ref"]).split("/")[1:]:
            assert isinstance(found, Mapping)
            found = found[part]
        return example(spec, found)
    if "enum" in told or "const" in told:
        return told["const"] if "const" in told else told["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in told:
            return example(spec, told[several][0])
    match told.get("type"):
        case "object":
            known = told.get("properties", {})
            return {name: example(spec, known[name]) for name in told.get("required", ())}
        case "array":
            return [example(spec, told.get("items"))] * int(told.get("minItems", 0))
        case "integer" | "number":
            return told.get("minimum", 1)
        case "boolean":
            return True
    return "x" * max(6, int(told.get("minLength", 1)))


def body_of(spec: Mapping[str, object], method: str, path: str, case: str) -> object:
    """A body that gets as far as the rights are looked at."""
    if path.startswith(API):
        paths = spec["paths"]
        assert isinstance(paths, Mapping)
        content = paths[path][method.lower()].get("requestBody", {}).get("content", {})
        return example(spec, content.get("application/json", {}).get("schema", {}))
    return {
        "cases": [case], "steps": [], "all": False, "batch": "0123456789abcdef", "to": "x",
        "case": case, "case_id": case, "path": "sums-agree", "step": "net", "step_id": "net",
        "value": "EUR 1.00", "act": "accept", "kind": "accepted", "code": "x", "expected": "1",
        "word": "accept", "note": "x", "text": "# X\n\n## Net\n", "title": "X", "mark": "1",
        "items": [{"case": case, "path": "net"}], "login": "eve", "role": "owner", "may": "read",
        "model": "a:b", "url": "https://example.com", "documents": "x", "document": "0" * 64,
        "days": "1", "folder": "/etc", "sample": "claims", "epsilon": "0.1", "delta": "0.1",
        "instruction": "x", "to_name": "Y", "old": "net", "new": "y", "password": "x", "name": "x",
        "worksheet": "invoices", "whom": "owner", "what": "edit", "read": "", "pinned": [case],
        "mine": "", "question": "x", "kinds": [], "provider": "x", "key": "x", "id": "x",
        "version": "1",
    }  # fmt: skip


async def asked(
    http: ClientSession, method: str, url: str, body: object
) -> dict[str, tuple[int, str]]:
    """What is answered to a body as JSON, as a form, and as an upload."""
    told: dict[str, tuple[int, str]] = {}
    flat = body if isinstance(body, dict) else {}
    form = {name: one for name, one in flat.items() if isinstance(one, str)}
    upload = FormData(form)
    upload.add_field("files", b"x", filename="a.txt")
    for kind, sent in (
        ("json", {"json": body}),
        ("form", {"data": form}),
        ("up", {"data": upload}),
    ):
        async with http.request(method, url, allow_redirects=False, **sent) as answer:
            told[kind] = (answer.status, (await answer.text())[:200])
    return told


async def kept(sheet: Worksheet) -> list[object]:
    """What nobody may have changed: the cases, and what people decided."""
    return [
        (row.case.id, row.case.name, [one.verdict for one in row.cells])
        async for row in sheet.rows()
    ]


async def test_every_change_is_refused_to_whoever_may_not_make_it(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    app = create_app(studio.workspace)
    spec = specification_of(api_router())
    case = next(one for one in await invoices.cases() if one.name == "A-3")  # it waits
    named = {
        "name": "invoices", "worksheet": "invoices", "case": case.id, "case_id": case.id,
        "step": "net", "path": "net", "document": case.documents[0].sha256, "what": "edit",
        "run": (await invoices.runs())[0].id, "batch": "0123456789abcdef", "number": "1",
        "version": "1", "id": (await studio.workspace.drafts.begin()).id,
    }  # fmt: skip
    before = await kept(invoices)
    key = await studio.workspace.keys.make("looks", may=["read"])
    bearer = {"Authorization": f"Bearer {key.secret}", "If-Match": "*"}
    wrong: list[tuple[object, ...]] = []
    looked_at = 0
    for method, path in routes_of(app.routes):
        least = needed(method, path)
        url = re.sub(r"{(\w+)}", lambda found: named.get(found[1], "x"), path)
        body = body_of(spec, method, path, case.id)
        for role in [one for one in ROLES if not may(one, least)]:
            person = await studio.person(role.title(), role=role)
            async with studio.client(person) as http:
                http.headers["If-Match"] = "*"
                told = await asked(http, method, url, body)
            if 403 not in [one for one, _ in told.values()] or min(told.values())[0] < 400:
                wrong.append((role, method, path, told))
            looked_at += 1
        if least != "read":
            async with ClientSession(
                studio.url, headers=bearer, cookie_jar=DummyCookieJar()
            ) as http:
                told = await asked(http, method, url, body)
            if 403 not in [one for one, _ in told.values()] or min(told.values())[0] < 400:
                wrong.append(("key", method, path, told))
    assert wrong == []
    assert looked_at > 250
    assert await kept(invoices) == before

"""People, their roles, keys of programs, and locks of steps."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import Field

from casework.sdk.people.views import Link, MadeKey, PersonView
from casework.serve.context import Here
from casework.serve.rest.asking import SHEET, Id, Slug, StepName, router_of
from casework.serve.rest.shapes import Answer, Asked, Text, shape
from casework.types.account import ApiKey, Guarded, StepLock
from casework.types.person import Permission, Role

router = router_of("people")
PersonShown = shape(PersonView)
KeyShown = shape(ApiKey)
_MOST = 200
Name = Annotated[Text, Field(min_length=1, max_length=_MOST)]
Groups = Annotated[
    list[Annotated[Text, Field(max_length=_MOST)]] | None,
    Field(description="Whose documents they may read; null: all."),
]


class MeShown(Answer):
    """Whoever asks."""

    id: str
    name: str
    role: Role
    login: str
    key: Annotated[str, Field(description="The id of the key it came with; '' for a person.")]


class PersonAsked(Asked):
    """Somebody who may come in."""

    login: Name
    name: Annotated[Text, Field(max_length=_MOST)] = ""
    role: Role = "reader"
    groups: Groups = None
    password: Annotated[Text, Field(max_length=1_000)] = ""


class PersonChange(Asked):
    """What changes of somebody; what is null stays."""

    name: Annotated[Text | None, Field(max_length=_MOST)] = None
    role: Role | None = None
    groups: Groups = None
    every_document: Annotated[bool, Field(description="Let them read every document.")] = False


class KeyAsked(Asked):
    """A key of a program."""

    name: Name
    may: Annotated[list[Permission], Field(min_length=1, default_factory=lambda: ["read"])]
    worksheets: Annotated[list[Text] | None, Field(description="Slugs; null: all.")] = None
    groups: Groups = None
    days: Annotated[int, Field(ge=1, le=3_650)] = 90


class KeyMade(Answer):
    """A key, with its secret: shown this once."""

    key: KeyShown  # type: ignore[valid-type]
    secret: str


class LinkMade(Answer):
    """A link for coming in: shown this once."""

    token: str
    until: str


class LockAsked(Asked):
    """Whom a step is locked to: roles, and ids or logins of people; nobody: open to all."""

    whom: Annotated[list[Text], Field(max_length=_MOST)] = Field(default_factory=list)


@router.get("/me", response_model=MeShown)
async def me(here: Here) -> object:
    """Whoever asks, as the server knows them."""
    return here.person


@router.get("/people", response_model=list[PersonShown])  # type: ignore[valid-type]
async def list_people(here: Here, removed: bool = False) -> list[PersonView]:
    """Who may come in, with roles and sign-ins: for whoever manages people."""
    return await here.workspace.people.all(removed=removed)


@router.get("/people/names", response_model=list[str])
async def list_names(here: Here) -> list[str]:
    """What everybody who may come in is called, and nothing else of them."""
    return await here.workspace.people.names()


@router.post("/people", status_code=201, response_model=PersonShown)
async def add(here: Here, asked: PersonAsked) -> PersonView:
    """Let somebody come in."""
    return await here.workspace.people.add(
        asked.login, name=asked.name, role=asked.role, groups=asked.groups, password=asked.password
    )


@router.patch("/people/{login}", response_model=PersonShown)
async def change(here: Here, login: Id, asked: PersonChange) -> PersonView:
    """Change somebody's name, role or groups."""
    return await here.workspace.people.change(
        login,
        name=asked.name,
        role=asked.role,
        groups=asked.groups,
        every_document=asked.every_document,
    )


@router.post("/people/{login}/invite", response_model=LinkMade)
async def invite(here: Here, login: Id) -> Link:
    """A link by which somebody comes in once, to choose a password."""
    return await here.workspace.people.invite(login)


@router.delete("/people/{login}", response_model=PersonShown)
async def remove(here: Here, login: Id) -> PersonView:
    """Let somebody come in no more; what they decided stays."""
    return await here.workspace.people.remove(login)


@router.get("/keys", response_model=list[KeyShown])  # type: ignore[valid-type]
async def list_keys(here: Here, revoked: bool = False) -> list[ApiKey]:
    """The keys of programs, without their secrets."""
    return await here.workspace.keys.all(revoked=revoked)


@router.post("/keys", status_code=201, response_model=KeyMade)
async def make_key(here: Here, asked: KeyAsked) -> MadeKey:
    """Make a key."""
    return await here.workspace.keys.make(
        asked.name,
        may=asked.may,
        worksheets=asked.worksheets,
        groups=asked.groups,
        days=asked.days,
    )


@router.delete("/keys/{key}", status_code=204)
async def revoke_key(here: Here, key: Id) -> Response:
    """Let a key open nothing any more."""
    await here.workspace.keys.revoke(key)
    return Response(status_code=204)


@router.get(SHEET + "/locks", response_model=list[shape(StepLock)])  # type: ignore[misc]
async def locks(here: Here, worksheet: Slug) -> list[StepLock]:
    """Steps that only some may change, or decide on."""
    return await (await here.worksheet(worksheet)).locks.all()


@router.put(SHEET + "/locks/{step}/{what}", response_model=shape(StepLock) | None)
async def lock(
    here: Here, worksheet: Slug, step: StepName, what: Guarded, asked: LockAsked
) -> StepLock | None:
    """Lock a step, or open it again."""
    return await (await here.worksheet(worksheet)).locks.put(step, what, asked.whom)

"""Commands on people who may sign in to the studio, and on what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import ListingGroup, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.people.views import PersonView

PANEL = "Set up"
Login = Annotated[str, typer.Argument(metavar="LOGIN", show_default=False)]
GroupsOption = Annotated[
    str | None,
    typer.Option(
        "--groups",
        metavar="GROUPS",
        help="The groups whose documents they may read, with commas between; `all` for every"
        " document.",
        show_default=False,
    ),
]
_ROLES = "owner, editor, reviewer or reader"


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    people = typer.Typer(
        cls=ListingGroup,
        help="Who may sign in to the studio, and as what.",
        epilog="Example\ncasework people",
    )
    app.add_typer(people, name="people", rich_help_panel=PANEL)
    command(people, "list", examples=["casework people"])(list_people)
    command(
        people,
        "add",
        examples=[
            "casework people add ada --name 'Ada Lovelace' --role owner",
            "casework people add bob --role reviewer --groups claims-north --invite",
        ],
    )(add)
    command(people, "role", examples=["casework people role bob editor"])(role)
    command(people, "groups", examples=["casework people groups bob north,auditors"])(groups)
    command(people, "password", examples=["casework people password ada"])(password)
    command(people, "invite", examples=["casework people invite bob"])(invite)
    command(people, "remove", examples=["casework people remove bob"])(remove)
    command(
        app,
        "deeds",
        panel=PANEL,
        examples=[
            "casework deeds",
            "casework deeds --person bob --limit 20",
            "casework deeds --json",
        ],
    )(deeds)


async def list_people(door: Door) -> None:
    """List who may sign in."""
    async with door.workspace() as workspace:
        found = await workspace.people.all()

    def draw(console: Console) -> None:
        if not found:
            console.print("Nobody has an account; at this machine nobody needs one.")
            return
        from casework.cli.terminal import said

        for one in found:
            how = one.sign_in or "not invited yet"
            reads = (
                "" if one.groups is None else f", reads {', '.join(sorted(one.groups)) or 'none'}"
            )
            console.print(
                said(f"{one.login}  {one.name}, {one.role}{reads}; {how}"), soft_wrap=True
            )

    door.answer({"people": [_json(one) for one in found]}, draw)


async def add(
    door: Door,
    login: Login,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What they are called.", show_default=False)
    ] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help=f"{_ROLES}.")] = "reader",
    groups: GroupsOption = None,
    invited: Annotated[
        bool,
        typer.Option("--invite", help="Print a link by which they choose a password themselves."),
    ] = False,
) -> None:
    """Add somebody. The password is asked for, or read from stdin; with --invite they choose it."""
    from casework.sdk.people.people import checked_role

    told = "" if invited else _password(login)
    async with door.workspace() as workspace:
        made = await workspace.people.add(
            login, name=name, role=checked_role(role), groups=_groups(groups), password=told
        )
    text = f"{made.name} ({made.login}) may sign in as {made.role}."
    if not invited:
        door.answer(_json(made), lambda console: console.print(text, soft_wrap=True))
        return
    await invite(door, login)


async def role(
    door: Door,
    login: Login,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"{_ROLES}.", show_default=False)],
) -> None:
    """Give somebody another role; it counts from their next click on."""
    from casework.sdk.people.people import checked_role

    async with door.workspace() as workspace:
        made = await workspace.people.change(login, role=checked_role(role))
    door.answer(_json(made), lambda console: console.print(f"{made.name} is {made.role} now."))


async def groups(
    door: Door,
    login: Login,
    groups: Annotated[
        str, typer.Argument(metavar="GROUPS", help="With commas between.", show_default=False)
    ],
) -> None:
    """Say which groups' documents somebody may read; `all` for every document."""
    told = _groups(groups)
    async with door.workspace() as workspace:
        made = await workspace.people.change(login, groups=told, every_document=told is None)
    reads = "every document" if made.groups is None else ", ".join(sorted(made.groups))
    door.answer(_json(made), lambda console: console.print(f"{made.name} may read {reads}."))


async def password(door: Door, login: Login) -> None:
    """Give somebody another password; their sign-ins end."""
    told = _password(login)
    async with door.workspace() as workspace:
        made = await workspace.people.set_password(login, told)
    door.answer(_json(made), lambda console: console.print(f"{made.name} has a new password."))


async def invite(door: Door, login: Login) -> None:
    """Make a link by which somebody comes in once and chooses a password. It holds for a day."""
    from casework.sdk.running_studios import running_studio

    async with door.workspace() as workspace:
        link = await workspace.people.invite(login)
        name = workspace.settings.text("studio.public_name")
    found = running_studio(door.folder_in_use())
    where = found.url if found else f"https://{name}" if name else "https://STUDIO"
    url = f"{where}/enter/{link.token}"
    door.answer(
        {"login": login, "link": url, "until": link.until},
        lambda console: console.print(url, soft_wrap=True, highlight=False),
    )


async def remove(door: Door, login: Login) -> None:
    """Let somebody in no more: sign-ins end, keys in their name hold no more."""
    async with door.workspace() as workspace:
        made = await workspace.people.remove(login)
    door.answer(_json(made), lambda console: console.print(f"{made.name} may not come in now."))


async def deeds(
    door: Door,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The latest N.")] = 50,
    person: Annotated[
        str, typer.Option(metavar="LOGIN", help="Of this person alone.", show_default=False)
    ] = "",
    what: Annotated[
        str,
        typer.Option(metavar="WORDS", help="Actions with these letters.", show_default=False),
    ] = "",
) -> None:
    """Show what was done and refused: who, when, what, on what. It holds no text of documents."""
    from casework.base.clock import stamp

    async with door.workspace() as workspace:
        ids = {one.login: one.id for one in await workspace.people.all(removed=True)}
        whom = ids.get(person.casefold(), person) if person else None
        found = await workspace.deeds(limit, person=whom, what=what)

    def draw(console: Console) -> None:
        from casework.cli.terminal import said

        for one in found:
            parts = [one.step, one.on, one.case]
            on = " · ".join(part for part in parts if part)
            ended = "" if one.ended == "done" else f"  {one.ended}"
            console.print(
                said(f"{stamp(one.at)[:19]}  {one.who}  {one.what}  {on}{ended}"), soft_wrap=True
            )
        if not found:
            console.print("Nothing was done yet.")

    told = [
        {
            "n": one.n,
            "at": stamp(one.at),
            "who": one.who,
            "person": one.person,
            "key": one.key,
            "what": one.what,
            "worksheet": one.worksheet,
            "case": one.case,
            "step": one.step,
            "on": one.on,
            "ended": one.ended,
        }
        for one in found
    ]
    door.answer({"deeds": told}, draw)


def _groups(told: str | None) -> list[str] | None:
    if told is None or told.strip() == "all":
        return None
    return [one for one in told.split(",") if one.strip()]


def _password(login: str) -> str:
    import sys

    from casework.base.errors import UsageError
    from casework.cli.secret import ask_secret

    told = ask_secret(f"Password of {login}")
    if sys.stdin.isatty() and ask_secret("The same once more") != told:
        raise UsageError("The two are not the same.", fix="Type it once more.")
    if not told:
        raise UsageError("No password was given.", fix="Type it, or pipe it into the command.")
    return told


def _json(one: PersonView) -> dict[str, object]:
    return {
        "id": one.id,
        "login": one.login,
        "name": one.name,
        "role": one.role,
        "groups": None if one.groups is None else sorted(one.groups),
        "sign_in": one.sign_in,
        "created_at": one.created_at,
        "seen_at": one.seen_at,
    }

"""Commands on webhooks: addresses that are told of what happens, and what they were told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import ListingGroup, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.workspace import Workspace
    from casework.types.webhook import Delivery, Webhook

PANEL = "Set up"
Hook = Annotated[
    str,
    typer.Argument(
        metavar="WEBHOOK", help="Its address or id, or the beginning of it.", show_default=False
    ),
]
_LISTED = 50


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    webhooks = typer.Typer(
        cls=ListingGroup,
        help="Addresses that are told of what happens: by a running studio, or by `deliver`.",
        epilog="Example\ncasework webhooks",
    )
    app.add_typer(webhooks, name="webhooks", rich_help_panel=PANEL)
    command(webhooks, "list", examples=["casework webhooks"])(list_webhooks)
    command(
        webhooks,
        "add",
        examples=[
            "casework webhooks add https://hooks.example.com/casework",
            "casework webhooks add https://hooks.example.com/paid --events case.decided"
            " --worksheets invoices --values",
            "casework webhooks add https://hooks.example.com/look --events cell.settled"
            " --steps total-due --states failed,absent",
        ],
    )(add)
    command(webhooks, "remove", examples=["casework webhooks remove hooks.example.com/paid"])(
        remove
    )
    command(webhooks, "rotate", examples=["casework webhooks rotate hooks.example.com/paid"])(
        rotate
    )
    command(webhooks, "test", examples=["casework webhooks test hooks.example.com/paid"])(test)
    command(
        webhooks,
        "deliver",
        examples=["casework webhooks deliver", "casework webhooks deliver --strict --seconds 50"],
    )(deliver)
    command(
        webhooks,
        "deliveries",
        examples=["casework webhooks deliveries hooks.example.com/paid --state dead"],
    )(deliveries)
    command(
        webhooks,
        "resend",
        examples=[
            "casework webhooks resend hooks.example.com/paid",
            "casework webhooks resend hooks.example.com/paid msg_01a1fea2",
        ],
    )(resend)


async def list_webhooks(door: Door) -> None:
    """List the addresses, what each is told of, and whether anything is sent."""
    async with door.workspace() as workspace:
        found = await workspace.webhooks.all()

    def draw(console: Console) -> None:
        if not found:
            console.print("Nobody is told of anything.")
        for one in found:
            _print(console, f"{one.url}  {_told_of(one)}{f'; {one.paused}' if one.paused else ''}")

    door.answer({"webhooks": [_json(one) for one in found]}, draw)


async def add(
    door: Door,
    url: Annotated[str, typer.Argument(metavar="URL", show_default=False)],
    events: Annotated[
        str,
        typer.Option(metavar="EVENTS", help="Of these alone, commas between.", show_default=False),
    ] = "",
    worksheets: Annotated[
        str,
        typer.Option(metavar="NAMES", help="Of these worksheets alone.", show_default=False),
    ] = "",
    steps: Annotated[
        str,
        typer.Option(
            metavar="STEPS", help="Cells and verdicts of these steps alone.", show_default=False
        ),
    ] = "",
    states: Annotated[
        str,
        typer.Option(
            metavar="STATES", help="Cells that came to these states alone.", show_default=False
        ),
    ] = "",
    values: Annotated[bool, typer.Option("--values", help="Tell names and values too.")] = False,
    readers: Annotated[
        str,
        typer.Option(
            metavar="GROUPS",
            help="Groups whose documents it may be told of beside those that everybody may read;"
            " `everything` for all.",
            show_default=False,
        ),
    ] = "",
    note: Annotated[str, typer.Option(metavar="WORDS", show_default=False)] = "",
) -> None:
    """Tell an address from now on. The secret that signs it is printed this one time."""
    from casework.types.webhook import Filter

    told = Filter(*(tuple(_listed(one)) for one in (events, worksheets, steps, states)))
    async with door.workspace() as workspace:
        made = await workspace.webhooks.add(
            url,
            filter=told,
            include="values" if values else "nothing",
            readers=_listed(readers),
            note=note,
        )
    _answer_secret(door, made.webhook, made.secret)


async def remove(door: Door, webhook: Hook) -> None:
    """Tell an address nothing any more; what waited for it is not sent."""
    async with door.workspace() as workspace:
        one = await _pick(workspace, webhook)
        await workspace.webhooks.remove(one.id)
    door.answer(_json(one), lambda console: _print(console, f"{one.url} is told nothing now."))


async def rotate(door: Door, webhook: Hook) -> None:
    """Give it another secret, printed this one time; for a day the one before signs as well."""
    async with door.workspace() as workspace:
        made = await workspace.webhooks.rotate((await _pick(workspace, webhook)).id)
    _answer_secret(door, made.webhook, made.secret)


async def test(door: Door, webhook: Hook) -> None:
    """Put something that means nothing in line for it; a studio or `deliver` sends it."""
    async with door.workspace() as workspace:
        one = await _pick(workspace, webhook)
        sent = await workspace.webhooks.test(one.id)
    words = (
        f"A test for {one.url} is in line ({sent.id}). A running studio sends it now, or:"
        " casework webhooks deliver"
    )
    door.answer(_delivery(sent), lambda console: _print(console, words))


async def deliver(
    door: Door,
    seconds: Annotated[
        float | None,
        typer.Option(
            metavar="N", min=0, help="Begin nothing more after N seconds.", show_default=False
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 3 if something waits still or is given up.")
    ] = False,
) -> int:
    """Tell all webhooks what happened, in one pass and without a studio: for cron.

    Each telling is tried once. An address that does not answer is left alone for the rest of the
    pass; what it did not take waits for the next one.
    """
    from casework.cli import failure
    from casework.cli.telling import delivered, delivered_json, draw_delivered

    async with door.workspace() as workspace:
        done = await delivered(door, workspace, most_s=seconds)

    def draw(console: Console) -> None:
        if not done:
            console.print("Nobody is told of anything.")
        elif not any(one.sent or one.withheld or one.dead or one.waiting for one in done):
            console.print("Nothing waits to be told.")
        draw_delivered(console, done)

    door.answer({"webhooks": delivered_json(done)}, draw)
    left = any(one.dead or (one.waiting and not one.webhook.paused) for one in done)
    return failure.ATTENTION if strict and left else 0


async def deliveries(
    door: Door,
    webhook: Hook,
    state: Annotated[
        str,
        typer.Option(metavar="STATE", help="waiting, sent, dead or withheld.", show_default=False),
    ] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The latest N.")] = _LISTED,
) -> None:
    """Show what it is told, newest first, and what became of each."""
    async with door.workspace() as workspace:
        one = await _pick(workspace, webhook)
        found = await workspace.webhooks.deliveries(one.id, state=_state(state), limit=limit)

    def draw(console: Console) -> None:
        if not found:
            console.print(f"There is nothing that is {state}." if state else "Nothing was told.")
        for told in found:
            tries = f" after {told.tries} tries" if told.tries > 1 else ""
            why = f"; {told.problem}" if told.problem else ""
            status = f" {told.status}" if told.status else ""
            _print(
                console,
                f"{told.at[:19]}  {told.kind}  {told.state}{status}{tries}{why}  {told.id}",
            )

    door.answer({"deliveries": [_delivery(told) for told in found]}, draw)


async def resend(
    door: Door,
    webhook: Hook,
    delivery: Annotated[
        str,
        typer.Argument(metavar="DELIVERY", help="One alone, by its id.", show_default=False),
    ] = "",
) -> None:
    """Tell it once more what it never took (`dead`), or one thing."""
    async with door.workspace() as workspace:
        one = await _pick(workspace, webhook)
        count = await workspace.webhooks.resend(one.id, delivery)
    words = f"{count} {'is' if count == 1 else 'are'} in line for {one.url} once more."
    door.answer({"deliveries": count}, lambda console: _print(console, words))


async def _pick(workspace: Workspace, wanted: str) -> Webhook:
    """The webhook of this id or address; else the one whose id, or whose address behind `https://`,
    begins so."""
    from casework.base.errors import NotFoundError, UsageError

    every = await workspace.webhooks.all()
    exact = [one for one in every if wanted in (one.id, one.url)]
    found = exact or [
        one
        for one in every
        if wanted and (one.id.startswith(wanted) or one.url.partition("://")[2].startswith(wanted))
    ]
    if not found:
        raise NotFoundError(f"There is no webhook {wanted!r}.", fix="casework webhooks lists them.")
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise UsageError(f"{wanted!r} fits several webhooks.", fix=f"Name one by its id: {ids}.")
    return found[0]


def _state(told: str) -> str:
    from typing import get_args

    from casework.base.errors import UsageError
    from casework.types.webhook import DeliveryState

    known: tuple[str, ...] = get_args(DeliveryState)
    if told and told not in known:
        raise UsageError(f"There is no state {told!r}.", fix=f"There are: {', '.join(known)}.")
    return told


def _answer_secret(door: Door, one: Webhook, secret: str) -> None:
    def draw(console: Console) -> None:
        _print(console, f"{one.url} is told of {_told_of(one)}. Its secret, shown this one time:")
        _print(console, secret)

    door.answer({"webhook": _json(one), "secret": secret}, draw)


def _told_of(one: Webhook) -> str:
    events = ", ".join(one.filter.events) or "everything"
    sheets = f" in {', '.join(one.filter.worksheets)}" if one.filter.worksheets else ""
    steps = f" of {', '.join(one.filter.steps)}" if one.filter.steps else ""
    states = f" that came to {', '.join(one.filter.states)}" if one.filter.states else ""
    what = "with values" if one.include == "values" else "ids and states"
    return f"{events}{steps}{states}{sheets}, {what}"


def _listed(told: str) -> list[str]:
    return [word.strip() for word in told.split(",") if word.strip()]


def _print(console: Console, words: str) -> None:
    from casework.cli.terminal import said

    console.print(said(words), soft_wrap=True, highlight=False)


def _json(one: Webhook) -> dict[str, object]:
    return {
        "id": one.id,
        "url": one.url,
        "events": list(one.filter.events),
        "worksheets": list(one.filter.worksheets),
        "steps": list(one.filter.steps),
        "states": list(one.filter.states),
        "include": one.include,
        "readers": None if one.readers is None else sorted(one.readers),
        "note": one.note,
        "paused": one.paused,
        "at": one.at,
    }


def _delivery(one: Delivery) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "at": one.at,
        "state": one.state,
        "tries": one.tries,
        "due_at": one.due_at,
        "ended_at": one.ended_at,
        "status": one.status,
        "problem": one.problem,
    }

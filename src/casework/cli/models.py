"""Commands on language models: who is there, whether and how fast they answer, batch jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import ListingGroup, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.model_views import ModelTiming, ModelUse, ModelView
    from casework.types.batch import BatchJob

PANEL = "Set up"
_MODEL = typer.Argument(
    metavar="MODEL", help="provider:model, or a role such as default.", show_default=False
)
ModelArgument = Annotated[str, _MODEL]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    group = typer.Typer(
        cls=ListingGroup,
        help="List language models, try and time them; batch jobs.",
        epilog="Example\ncasework models",
    )
    app.add_typer(group, name="models", rich_help_panel=PANEL)
    command(group, "list", examples=["casework models", "casework models list ollama"])(list_models)
    command(group, "test", examples=["casework models test ollama:llama3.2"])(try_model_out)
    command(group, "time", examples=["casework models time default --calls 20 --at-once 4"])(time)
    command(group, "batches", examples=["casework models batches --collect"])(batches)


async def list_models(
    door: Door,
    provider: Annotated[
        str,
        typer.Argument(
            metavar="PROVIDER", help="Ask this one which models it has.", show_default=False
        ),
    ] = "",
) -> None:
    """List the providers of models: which are used, what they cost and bear, what each still needs.

    With the name of a provider it is asked which models it has.
    """
    from casework.sdk.asking import models_in_force, models_of

    if provider:
        names = await models_of(door.find(), provider)
        told = {"provider": provider, "models": names}
        door.answer(told, lambda console: _draw_names(console, provider, names))
        return
    found = await models_in_force(door.find())
    door.answer({"models": found}, lambda console: _draw_models(console, found))


async def try_model_out(door: Door, model: ModelArgument = "default") -> int:
    """Ask a model for one word, and say whether and how fast it answered."""
    from casework.cli.fold import fold
    from casework.cli.terminal import join, said
    from casework.cli.words import duration, money
    from casework.sdk.asking import try_model

    found = await try_model(door.find(), model)

    def draw(console: Console) -> None:
        mark = said("✓ ", "green") if found.ok else said("✗ ", "red")
        first = found.first_token_s
        begun = "" if first is None else f"first token after {duration(first)}, "
        cost = money(found.usage.cost_usd)
        took = f" ({duration(found.seconds)}, {begun}{cost})" if found.ok else ""
        for number, line in enumerate(fold(found.message + took, console.width - 2, 8)):
            console.print(join(mark if number == 0 else "  ", said(line)))

    door.answer(found, draw)
    return 0 if found.ok else 1


async def time(
    door: Door,
    model: ModelArgument = "default",
    calls: Annotated[
        int, typer.Option("--calls", min=1, max=1000, help="How many calls to make.")
    ] = 10,
    at_once: Annotated[
        int, typer.Option("--at-once", min=1, max=256, help="How many of them at a time.")
    ] = 1,
) -> int:
    """Ask a model for a short text several times: how long it takes, how fast it writes, its cost.

    The calls are real and are paid for. Each asks for about a hundred words.
    """
    from casework.sdk.asking import time_calls

    found = await time_calls(door.find(), model, calls, at_once)
    door.answer(found, lambda console: _draw_timing(console, found))
    return 0 if found.answered else 1


async def batches(
    door: Door,
    collect: Annotated[
        bool, typer.Option("--collect", help="Look at the open ones and take answers in.")
    ] = False,
) -> None:
    """List the batch jobs of this workspace: what was sent when, and what has come of it."""
    from casework.sdk.asking import batch_jobs

    found = await batch_jobs(door.find(), collect=collect)
    door.answer({"batches": found}, lambda console: _draw_batches(console, found))


def _draw_names(console: Console, provider: str, names: Sequence[str]) -> None:
    from casework.cli.terminal import said

    if not names:
        console.print(said(f"{provider} says that it has no model."))
    for name in names:
        console.print(said(name), soft_wrap=True)


def _draw_models(console: Console, found: list[ModelView]) -> None:
    from casework.cli.terminal import join, said

    used = [view for view in found if view.used_by]
    if not used:
        console.print("No model is set, and none is needed: steps that want one wait.")
        console.print("To set one: casework settings set model.default ollama:llama3.2")
        console.print()
    for view in used:
        ready = join(said("✓ ", "green"), said(view.name, "bold"))
        if view.problem:
            ready = join(
                said("✗ ", "red"), said(view.name, "bold"), said(f"  {view.problem}", "red")
            )
        console.print(ready)
        where = "on this machine" if view.local else "elsewhere"
        place = f"{view.base_url} ({where})" if view.base_url else _no_address(view)
        address = f"{place}  speaks {view.dialect}, key: {view.key}"
        console.print(said(f"    {address}", "dim"), soft_wrap=True)
        console.print(said(f"    {_limits(view)}", "dim"), soft_wrap=True)
        for use in view.models:
            console.print(join("    ", said(use.model), said(_use(use), "dim")), soft_wrap=True)
        if view.warning:
            console.print(said(f"    ! {view.warning}", "yellow"))
    others = [view for view in found if not view.used_by]
    if others:
        console.print(said("Known, not used:", "bold"))
        width = max(len(view.name) for view in others)
    for view in others:
        told = f"{view.base_url or _no_address(view)}  key: {view.key}"
        told += f"  ! {view.warning}" if view.warning else ""
        console.print(join(said(f"  {view.name:<{width}}  "), said(told, "dim")))


def _no_address(view: ModelView) -> str:
    return f"no address yet: set provider.{view.name}.base_url"


def _limits(view: ModelView) -> str:
    told = f"up to {view.concurrency} calls at a time"
    if view.requests_per_minute:
        told += f", {view.requests_per_minute:g} a minute"
    if view.tokens_per_minute:
        told += f", {view.tokens_per_minute:g} tokens a minute"
    return told


def _use(use: ModelUse) -> str:
    """What a model is for, what it costs, what it bore."""
    from datetime import UTC, datetime

    from casework.cli.words import age, many

    words = [", ".join(use.roles)] if use.roles else []
    if use.input_usd is None or use.output_usd is None:
        words.append("price unknown")
    elif use.input_usd == use.output_usd == 0:
        words.append("costs nothing")
    else:
        words.append(f"${use.input_usd:g} in and ${use.output_usd:g} out per million tokens")
    if use.learnt_per_minute is not None:
        since = age(use.learnt_at, datetime.now(UTC))
        words.append(f"bore {use.learnt_per_minute:.0f} calls a minute, learnt {since}")
    if use.users:
        words.append(f"asked by {many(use.users, 'process')} now")
    return "  " + "; ".join(words)


def _draw_timing(console: Console, found: ModelTiming) -> None:
    from casework.cli.fold import fold
    from casework.cli.terminal import join, said
    from casework.cli.words import duration, money

    if found.answered:
        rows = [
            ("answered", f"{found.answered} of {found.calls}"),
            ("half within", duration(found.p50_s)),
            ("95 % within", duration(found.p95_s)),
            (
                "first token",
                "not streamed" if found.first_token_s is None else duration(found.first_token_s),
            ),
            (
                "writes",
                "unknown" if found.tokens_per_s is None else f"{found.tokens_per_s:.0f} tokens/s",
            ),
            (
                "used",
                f"{found.usage.input_tokens:,} tokens in, {found.usage.output_tokens:,} out, "
                f"{money(found.usage.cost_usd)}",
            ),
        ]
        console.print(said(found.model, "bold"))
        for word, told in rows:
            console.print(join(said(f"  {word:<12}", "dim"), said(told)))
    if found.problem:
        for number, line in enumerate(fold(found.problem, console.width - 2, 8)):
            console.print(join(said("✗ ", "red") if number == 0 else "  ", said(line)))


_STATES = {
    "sending": "being handed over",
    "sent": "with the provider",
    "done": "done",
    "failed": "failed",
    "expired": "expired",
    "cancelled": "cancelled",
    "lost": "lost",
}


def _draw_batches(console: Console, found: list[BatchJob]) -> None:
    from datetime import UTC, datetime

    from casework.cli.terminal import join, said
    from casework.cli.words import age, many

    if not found:
        console.print("There is no batch job. Steps that say batch: yes make some.")
    now = datetime.now(UTC)
    for job in found:
        name = job.remote_id or job.id
        counts = many(job.requests, "request")
        if not job.open:
            counts += f", {job.answered} answered, {job.failed} failed"
        told = f"  {_STATES[job.state]}; {counts}; sent {age(job.sent_at, now)}"
        console.print(join(said(job.model, "bold"), said(f"  {name}", "dim"), said(told)))
        if job.problem:
            console.print(said(f"    ! {job.problem}", "yellow"), soft_wrap=True)

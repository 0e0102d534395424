"""Commands on settings and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import ListingGroup, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.base.settings import Found

PANEL = "Set up"
UserOption = Annotated[
    bool, typer.Option("--user", help="For yourself, in every workspace, not for this one.")
]
SettingName = Annotated[
    str, typer.Argument(metavar="NAME", help="Such as model.default.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    settings = _group(app, "settings", "List and change settings; keep keys.")
    command(settings, "list", examples=["casework settings", "casework settings list --json"])(
        list_settings
    )
    command(settings, "get", examples=["casework settings get model.default"])(get)
    command(
        settings,
        "set",
        examples=[
            "casework settings set model.default ollama:llama3.2",
            "casework settings set workspace.time_zone Europe/Berlin --user",
            "casework settings set provider.office.base_url http://localhost:8000/v1",
        ],
    )(set_)
    command(settings, "unset", examples=["casework settings unset model.default"])(unset)
    command(settings, "trust", examples=["casework settings", "casework settings trust"])(trust)
    command(
        settings,
        "key",
        examples=["casework settings key openai", "pass openai | casework settings key openai"],
    )(key)


def _group(app: typer.Typer, name: str, help: str) -> typer.Typer:
    group = typer.Typer(
        cls=ListingGroup,
        help=help,
        epilog=f"Example\ncasework {name}",
    )
    app.add_typer(group, name=name, rich_help_panel=PANEL)
    return group


async def list_settings(door: Door) -> None:
    """List every setting with its value and where it came from."""
    from casework.cli.untrusted import draw_untrusted
    from casework.sdk.configuring import settings_in_force, untrusted_settings

    found, ignored = settings_in_force(door.find()), untrusted_settings(door.find())

    def draw(console: Console) -> None:
        _draw_settings(console, found, ignored)
        draw_untrusted(console, ignored)

    told = {
        "settings": [_setting_json(item) for item in found],
        "untrusted": [_setting_json(item) for item in ignored],
    }
    door.answer(told, draw)


async def get(door: Door, name: SettingName) -> None:
    """Show one setting."""
    from casework.sdk.configuring import setting_in_force, untrusted_settings

    item = setting_in_force(door.find(), name)
    ignored = [other for other in untrusted_settings(door.find()) if other.name == name]
    told = {**_setting_json(item), "untrusted": [_setting_json(other) for other in ignored]}
    door.answer(told, lambda console: _draw_settings(console, [item], ignored))


async def set_(
    door: Door,
    name: SettingName,
    value: Annotated[str, typer.Argument(metavar="VALUE", show_default=False)],
    user: UserOption = False,
) -> None:
    """Set a setting for this workspace, or with --user for yourself."""
    from casework.cli.terminal import said
    from casework.cli.untrusted import draw_untrusted
    from casework.sdk.configuring import (
        set_setting,
        setting_in_force,
        untrusted_settings,
        what_a_model_lacks,
    )

    file = set_setting(door.find(), name, value, user=user)
    item = setting_in_force(door.find(), name)
    ignored = untrusted_settings(door.find())
    lacks = what_a_model_lacks(door.find(), name)
    told = {**_setting_json(item), "written_to": file, "lacks": lacks}

    def draw(console: Console) -> None:
        console.print(said(f"{name} is {value}, kept in {file}."), soft_wrap=True)
        if lacks:
            console.print(said(f"! It cannot be asked yet: {lacks}", "yellow"), soft_wrap=True)
            console.print("Steps that ask it wait until then; casework plan says which.")
        if str(item.value) != value.strip() and item.source in ("environment", "workspace file"):
            where = f"{item.source} ({item.where})"
            console.print(
                said(f"! In force is {item.value}: the {where} comes first.", "yellow"),
                soft_wrap=True,
            )
        draw_untrusted(console, ignored)

    door.answer(told, draw)


async def unset(door: Door, name: SettingName, user: UserOption = False) -> None:
    """Take a setting back to what it would be without you."""
    from casework.cli.terminal import said
    from casework.sdk.configuring import setting_in_force, unset_setting

    file = unset_setting(door.find(), name, user=user)
    item = setting_in_force(door.find(), name)
    text = f"{name} is no longer set in {file}; in force is {_shown(item)} ({item.source})."
    told = {**_setting_json(item), "written_to": file}
    door.answer(told, lambda console: console.print(said(text), soft_wrap=True))


async def trust(door: Door) -> None:
    """Trust the models, providers and stores that this workspace's own settings file names.

    They decide where the text of documents goes, and which key goes with it. What you set yourself
    with casework settings set is trusted already; what came with a workspace, or was edited by
    hand, is not.
    """
    from casework.cli.terminal import said
    from casework.sdk.configuring import trust_settings

    found = trust_settings(door.find())

    def draw(console: Console) -> None:
        if not found:
            console.print("The workspace's settings file names no model and no provider.")
        for item in found:
            console.print(said(f"Trusted here: {item.name} = {_shown(item)}"), soft_wrap=True)

    door.answer({"trusted": [_setting_json(item) for item in found]}, draw)


async def key(
    door: Door,
    provider: Annotated[
        str, typer.Argument(metavar="PROVIDER", help="Such as openai.", show_default=False)
    ],
    remove: Annotated[bool, typer.Option("--remove", help="Forget the key.")] = False,
) -> None:
    """Keep the key of a provider in your own key file, which only you can read.

    It is asked for without being shown, or read from stdin; a key never stands on a command line.
    """
    from casework.base.errors import UsageError
    from casework.cli.secret import ask_secret
    from casework.cli.terminal import said
    from casework.sdk.configuring import keep_key

    given = "" if remove else ask_secret(f"Key for {provider}")
    if not given and not remove:
        raise UsageError(
            "No key was given.", fix=f"To forget one: casework settings key {provider} --remove"
        )
    file = keep_key(door.find(), provider, given)
    text = f"The key for {provider} is {'gone from' if remove else 'kept in'} {file}."
    told = {"provider": provider, "file": file, "kept": not remove}
    door.answer(told, lambda console: console.print(said(text), soft_wrap=True))


def _draw_settings(console: Console, found: list[Found], ignored: list[Found]) -> None:
    from casework.cli.fold import fold
    from casework.cli.terminal import join, said

    shown = sorted([*found, *ignored], key=lambda item: _place(item, found))
    width = max(len(item.name) for item in shown)
    for item in shown:
        chosen = item.source != "default"
        value = said(_shown(item), "bold" if chosen else "")
        source = said(f"  {item.source}{' ' + item.where if item.where else ''}", "dim")
        console.print(join(said(f"{item.name:<{width}}  "), value, source), soft_wrap=True)
        for line in fold(_sentence(item), max(20, console.width - width - 2), 3):
            console.print(said(" " * (width + 2) + line, "dim"))


def _place(item: Found, found: list[Found]) -> int:
    """Where a setting stands in the list: one that does not count directly behind its own."""
    names = [each.name for each in found]
    return names.index(item.name) if item.name in names else len(names)


def _sentence(item: Found) -> str:
    choices = f" One of {', '.join(item.setting.choices)}." if item.setting.choices else ""
    return item.setting.sentence + choices


def _shown(item: Found) -> str:
    if item.value == "":
        return "(empty)"
    if isinstance(item.value, bool):
        return "yes" if item.value else "no"
    return f"{item.value} {item.setting.unit}".rstrip()


def _setting_json(item: Found) -> dict[str, object]:
    return {
        "name": item.name,
        "value": item.value,
        "default": item.setting.default,
        "unit": item.setting.unit,
        "source": item.source,
        "where": item.where,
        "sentence": item.setting.sentence,
    }

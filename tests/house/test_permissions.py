"""Every public action of the sdk says which permission it needs, so that none is forgotten."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import casework.sdk
from casework.sdk.action import MARK
from casework.sdk.groups import Groups
from casework.sdk.outside import Outside
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import PERMISSIONS

FREE = {
    "Workspace.close",
    "Workspace.acting_as",
    "Workspace.who",
    "Workspace.now",
    "Workspace.create",
    "Workspace.join",
    "Workspace.open",
}
"""What is done by whoever opened the workspace, before there is a person."""


def _groups() -> set[type]:
    """The classes that properties of the doors lead to."""
    for module in pkgutil.walk_packages(casework.sdk.__path__, "casework.sdk."):
        if ".templates" not in module.name:
            importlib.import_module(module.name)
    known = {
        name: found
        for module in list(__import__("sys").modules.values())
        if getattr(module, "__name__", "").startswith("casework.sdk")
        for name, found in vars(module).items()
        if inspect.isclass(found) and found.__module__.startswith("casework.sdk")
    }
    doors: set[type] = {Workspace, Worksheet, Groups}
    for door in (Workspace, Groups):
        for made in vars(door).values():
            if isinstance(made, property) and made.fget is not None:
                name = str(inspect.signature(made.fget).return_annotation)
                if name in known and any(
                    inspect.iscoroutinefunction(one) for one in vars(known[name]).values()
                ):
                    doors.add(known[name])
    return doors


def test_every_public_action_states_its_permission() -> None:
    doors = _groups()
    assert len(doors) > 20
    doors -= {Outside}  # what the server itself sends; no person asks for it
    silent = [
        f"{door.__name__}.{name}"
        for door in doors
        for name, made in vars(door).items()
        if not name.startswith("_")
        and (inspect.isfunction(made) or isinstance(made, classmethod | staticmethod))
        and getattr(made, MARK, None) not in PERMISSIONS
        and f"{door.__name__}.{name}" not in FREE
    ]
    assert silent == [], "put @action(...) above them: casework/sdk/action.py"

"""What an Outlook message states of itself, as mails do: people, subject, date, ids."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from email.message import Message

from casework.documents.mails.headers import date_of, header, thread_facts
from casework.documents.mails.msg_properties import Item

_SUBJECT, _HEADERS = 0x0037, 0x007D
_SENT, _DELIVERED, _CREATED = 0x0039, 0x0E06, 0x3007
_INDEX, _OWN_ID, _REFERENCES, _ANSWERS = 0x0071, 0x1035, 0x1039, 0x1042
_SENDER = (0x0C1A, 0x5D01, 0x0C1F)  # name, SMTP address, address
_BEHALF = (0x0042, 0x5D02, 0x0065)
_WHO = (0x3001, 0x39FE, 0x3003)
_SHOWN_TO = {1: (0x0E04, "To"), 2: (0x0E03, "Cc"), 3: (0x0E02, "Bcc")}
_KIND_OF_RECIPIENT = 0x0C15


def _transport(item: Item) -> Message:
    """The headers that the mail travelled with; none for one that was never sent."""
    text = item.text(_HEADERS)
    return email.message_from_string(text.lstrip(), policy=email.policy.compat32)


def facts_of_item(item: Item) -> dict[str, str]:
    """What a message states of itself."""
    sent = _transport(item)
    people = _people(item)
    facts = {
        "from": header(sent, "From") or _person(item, _SENDER) or _person(item, _BEHALF),
        "to": people["To"] or header(sent, "To"),
        "cc": people["Cc"] or header(sent, "Cc"),
        "bcc": people["Bcc"],
        "subject": " ".join(item.text(_SUBJECT).split()) or header(sent, "Subject"),
        "date": _date(item, sent),
    }
    index = item.data(_INDEX)
    facts |= thread_facts(
        item.text(_OWN_ID) or header(sent, "Message-ID"),
        item.text(_REFERENCES) or header(sent, "References"),
        item.text(_ANSWERS) or header(sent, "In-Reply-To"),
        "",
    )
    if not facts["thread"] and len(index) >= 22:
        facts["thread"] = f"<{index[:22].hex()}@thread-index>"
    return facts


def _people(item: Item) -> dict[str, str]:
    """Who it was sent to, by name and address; the names alone where no more is known."""
    found: dict[int, list[str]] = {1: [], 2: [], 3: []}
    for each in item.recipients:
        person = _person(each, _WHO)
        if person:
            found.setdefault(each.number(_KIND_OF_RECIPIENT, 1) & 0xF, []).append(person)
    return {
        word: ", ".join(found[kind]) or item.text(number).replace(";", ",")
        for kind, (number, word) in _SHOWN_TO.items()
    }


def _person(item: Item, numbers: tuple[int, int, int]) -> str:
    name, smtp, address = (" ".join(item.text(number).split()) for number in numbers)
    where = smtp or (address if "@" in address else "")
    if not where:
        return name or address
    return where if not name or name.casefold() == where.casefold() else f"{name} <{where}>"


def _date(item: Item, sent: Message) -> str:
    """When it was sent, with the offset of the sender where the headers tell it, else in UTC."""
    stated = header(sent, "Date")
    if stated:
        return date_of(stated)
    moment = item.time(_SENT, _DELIVERED, _CREATED)
    return moment.replace(microsecond=0).isoformat() if isinstance(moment, dt.datetime) else ""

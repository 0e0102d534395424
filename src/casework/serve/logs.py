"""What the server logs: one line a request when asked for JSON, else only what went wrong. No name
of a file or case, no text of a document: of a request the template of its address, of a fault the
places in our code; its message only where the setting `studio.log_text` asks for it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Mapping

from casework.base.clock import stamp

REQUESTS = "casework.requests"
_SERVER = "uvicorn.error"
_OF_REQUEST = "Exception in ASGI application"
_MOST_FRAMES = 20
FIELDS = ("method", "route", "status", "ms", "person", "request_id", "code")


class Plain(logging.Formatter):
    """Lines for people."""

    def __init__(self, *, text: bool = False) -> None:
        super().__init__()
        self._text = text

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the places of a fault below it."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        lines = [f"{at:%H:%M:%S} {record.levelname.lower()}: {_words(record, self._text)}"]
        fault = fault_of(record, text=self._text)
        if fault is not None:
            lines += [f"  {fault['error']}", *(f"    {one}" for one in _frames(fault))]
        return "\n".join(lines)


class AsJson(logging.Formatter):
    """A line of JSON each."""

    def __init__(self, *, text: bool = False) -> None:
        super().__init__()
        self._text = text

    def format(self, record: logging.LogRecord) -> str:
        """The record as one object."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        told: dict[str, object] = {"at": stamp(at), "level": record.levelname.lower()}
        fields = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        told |= {"event": "request", **fields} if fields else {"event": "said"}
        if not fields:
            told["message"] = _words(record, self._text)
        if (fault := fault_of(record, text=self._text)) is not None:
            told["fault"] = fault
        return json.dumps(told, ensure_ascii=False)


class NotTwice(logging.Filter):
    """Keeps what the server under us says of a fault that was logged with its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to let a record through."""
        return not str(record.msg).startswith(_OF_REQUEST)


def configuration(*, as_json: bool, text: bool) -> dict[str, object]:
    """What `logging.config.dictConfig` makes of it, for the server and for us."""
    formatter = {"()": AsJson if as_json else Plain, "text": text}
    level = "INFO" if as_json else "ERROR"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"told": formatter},
        "filters": {"once": {"()": NotTwice}},
        "handlers": {
            "err": {
                "class": "logging.StreamHandler",
                "formatter": "told",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            REQUESTS: {"handlers": ["err"], "level": level, "propagate": False},
            _SERVER: {
                "handlers": ["err"],
                "level": "WARNING",
                "propagate": False,
                "filters": ["once"],
            },
            "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "asyncio": {"handlers": ["err"], "level": "WARNING", "propagate": False},
        },
    }


def note_request(told: Mapping[str, object], error: BaseException | None = None) -> None:
    """Log one request that was answered, or that ended in a fault."""
    logger = logging.getLogger(REQUESTS)
    status = told.get("status")
    bad = error is not None or (isinstance(status, int) and status >= 500)
    level = logging.ERROR if bad else logging.INFO
    if logger.isEnabledFor(level):
        words = f"{told.get('method')} {told.get('route')} {status} ({told.get('request_id')})"
        exc = (type(error), error, error.__traceback__) if error else None
        logger.log(level, words, extra=dict(told), exc_info=exc)


def fault_of(record: logging.LogRecord, *, text: bool) -> dict[str, object] | None:
    """The kind of a fault and where it was met, innermost last."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    places = [f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in frames]
    told = f"{name}: {error}" if text else name
    return {"error": told, "at": places}


def _frames(fault: Mapping[str, object]) -> list[str]:
    found = fault["at"]
    return [str(one) for one in found] if isinstance(found, list) else []


def _words(record: logging.LogRecord, text: bool) -> str:
    """What a record says. Of others' records the arguments may hold text, so they stay out."""
    if text or not record.args or record.name == REQUESTS:
        return record.getMessage()
    return str(record.msg)

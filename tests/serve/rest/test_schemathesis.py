"""Whatever a program sends, the API has no fault of its own and answers as its OpenAPI says."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from casework.serve.rest.api import api_router, specification_of
from tests.serve.rest.conftest import Served

Sent = schemathesis.Case[APIOperation]  # type: ignore[type-arg]

EXAMPLES = int(os.environ.get("CASEWORK_TEST_EXAMPLES", "2"))
"""Of each action; more of them where one has the time."""
NEVER_ENDS = "events.events"
OWN = ("key",)
"""Path parameters that are never those of something that is there: the key opens the door."""

schema = schemathesis.openapi.from_dict(specification_of(api_router())).exclude(
    operation_id=NEVER_ENDS
)
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


def _known(served: Served, case: Sent) -> None:
    """Let most requests ask for something that is there; which ones, their content decides."""
    told = json.dumps([case.path_parameters, case.query, str(case.body)[:200]], default=str)
    dice = hashlib.sha256(told.encode("utf-8", "replace")).digest()
    for place, name in enumerate(sorted(case.path_parameters or {})):
        if name in served.known and name not in OWN and dice[place] % 6:
            case.path_parameters[name] = served.known[name]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_answers_as_its_openapi_says(case: Sent, served: Served) -> None:
    _known(served, case)
    response = case.call(base_url=served.url, headers=served.headers, timeout=30)
    case.validate_response(response, checks=list(CHECKS))


@pytest.mark.parametrize("word", ["Traceback", "OperationalError"])
def test_the_log_has_no_fault_in_it(served: Served, word: str) -> None:
    lines = [json.loads(line) for line in served.log.read_text("utf-8").splitlines()]
    assert [line for line in lines if "fault" in line] == []
    assert word not in served.log.read_text("utf-8")

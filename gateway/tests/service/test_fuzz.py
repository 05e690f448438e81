"""Whatever fits the document, and whatever does not, is answered as the document says, and never with a 5xx.

Seeded and short: a few requests of each kind for each operation, sent by somebody who may call it.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from contracts.catalog.v1.rpc import GetPhoto
from contracts.shapes import FileContent
from gateway.table import routes

WHO = {(f"/api/v1{route.path}", route.method): route.by[-1].role.value for route in routes(with_sandbox=True)}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
QUICKLY = settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_operation_answers_as_the_document_says(client: Any, services: Any, mode: GenerationMode) -> None:
    services.answer(GetPhoto, lambda call: FileContent(filename="face.png", content_type="image/png", content=""))
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", client.application)
    operations = [result.ok() for result in document.get_all_operations()]

    checked = [operation for operation in operations if answers_as_documented(operation, mode)]

    assert len(checked) > (95 if mode is GenerationMode.POSITIVE else 80)


def answers_as_documented(operation: Any, mode: GenerationMode) -> bool:
    """Raises when it does not; False when there is nothing to get wrong in a request of this kind."""
    who = WHO.get((operation.path, operation.method.upper()))
    headers = {"Authorization": f"Bearer {who}"} if who else {}

    @seed(20261102)
    @QUICKLY
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        check()
    except Unsatisfiable:
        return False
    return True

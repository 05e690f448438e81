"""Writing down an effect at the provider before anything is done: the operation that workers will drive."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from kernel.ids import new_id
from payments.domain.operation import Operation
from payments.use_cases.ports import Ports

HEAD_START_SECONDS = 10


def intend(
    ports: Ports, kind: str, intent: str, subject: str, /, *, head_start_seconds: int = 0, **input: Any
) -> Operation | None:
    """The operation, to be driven by a worker; None when this effect is intended already.

    `intent` names the effect once for all time; `subject` is the id it is about; `input` is plain JSON. `head_start_seconds` keeps
    the workers away while somebody drives it at once.
    """
    now = ports.machine_clock.now()
    operation = Operation(
        id=new_id("op", now),
        kind=kind,
        intent=intent,
        subject=subject,
        input=input,
        input_hash=hashlib.sha256(json.dumps(input, sort_keys=True).encode()).hexdigest(),
        created_at=now,
        next_attempt_at=now + timedelta(seconds=head_start_seconds),
    )
    return operation if ports.operations.intend(operation) else None

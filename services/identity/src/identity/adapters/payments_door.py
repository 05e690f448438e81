"""KYC documents on their way to the payment provider: a call to payments, idempotent by the document's id."""

from chassis.neighbours import Neighbours
from contracts.identity.v1.errors import KycNotOpen
from contracts.payments.v1.errors import UnknownPayee
from contracts.payments.v1.rpc import SubmitPayeeDocument
from contracts.shapes import FileContent
from contracts.wire import SERVICE

_PROVIDER_IS_SLOW_SECONDS = 25.0


class PaymentsDoor:
    def __init__(self, neighbours: Neighbours) -> None:
        self._neighbours = neighbours

    def submit(self, *, expert_id: str, document_id: str, kind: str, file: FileContent) -> None:
        """Raises KycNotOpen while payments has not opened the payee account yet; what payments refuses; Unavailable."""
        call = SubmitPayeeDocument(
            actor=SERVICE, idempotency_key=document_id, expert_id=expert_id, document_id=document_id, kind=kind, file=file
        )
        try:
            self._neighbours.ask(call, deadline_seconds=_PROVIDER_IS_SLOW_SECONDS)
        except UnknownPayee:
            raise KycNotOpen("The account at the payment provider is still being opened; try again shortly") from None

"""Payees' accounts and documents at the provider."""

from dataclasses import dataclass

from contracts.shapes import FileContent
from kernel.ids import key_for
from payments.domain.operation import PARKED, Operation
from payments.domain.payee import PENDING, AccountStatus
from payments.use_cases.effects.effect import Obsolete, Plain
from payments.use_cases.learn_payee import learn_payee, refuse_document
from payments.use_cases.ports import Ports
from payments.use_cases.provider import Outcome, PayeeDetails, PaymentProvider, Succeeded


@dataclass(frozen=True)
class Account:
    details: PayeeDetails
    account_ref: str | None


@dataclass(frozen=True)
class Document:
    account_ref: str
    kind: str
    file: FileContent


class OpenAccount(Plain):
    """Opens the account, or brings it up to date, with the details as they were confirmed; the newest win.

    An expert has one account: what an earlier operation may be opening is waited for, and what it has opened is looked up."""

    requests = 6

    def prepare(self, operation: Operation, ports: Ports) -> Account | None:
        payee, details = ports.payees.get(operation.subject), operation.input["details"]
        opening = payee is not None and payee.account_ref is None
        if payee is None or not details or not (details == payee.details or (opening and operation.was_called)):
            raise Obsolete
        others = [one for one in ports.operations.of_subject(operation.subject, [operation.kind]) if one.id != operation.id]
        if opening and any(other.is_open and other.was_called for other in others):
            return None
        return Account(PayeeDetails(**details), payee.account_ref)

    def call(self, request: Account, operation: Operation, provider: PaymentProvider) -> Outcome[AccountStatus]:
        op, account_ref = f"account:{operation.subject}", request.account_ref
        if account_ref is None:
            found = provider.find_account(op=op)
            if not isinstance(found, Succeeded):
                return found  # type: ignore[return-value]  # a failure fits every outcome
            account_ref = found.value
        return provider.open_account(request.details, account_ref, op=op, key=operation.key)

    def look_up(self, request: Account, operation: Operation, provider: PaymentProvider) -> Outcome[AccountStatus | None]:
        """One that was opened but not finished is brought up to date; changing one again does no harm."""
        if request.account_ref is not None:
            return Succeeded(None)
        op = f"account:{operation.subject}"
        found = provider.find_account(op=op)
        if not isinstance(found, Succeeded) or found.value is None:
            return found  # type: ignore[return-value]
        return provider.open_account(request.details, found.value, op=op, key=key_for(operation.key, "finish"))

    def settle(self, operation: Operation, value: AccountStatus, ports: Ports) -> str:
        payee = ports.payees.lock(operation.subject)
        assert payee is not None
        is_new = payee.account_ref is None
        payee.open_account(value.account_ref)
        if is_new:  # else its state may be older than what an event has told meanwhile: the poll fetches it
            learn_payee(payee, value, ports)
        return value.account_ref

    def forget(self, operation: Operation, ports: Ports) -> None:
        """A parked one may be replayed with them."""
        if operation.state != PARKED:
            operation.input = {**operation.input, "details": None}


class SubmitDocument(Plain):
    """Waits for the account; the file is kept no longer than it takes to hand it in, or to know that this one is not taken."""

    requests = 4

    def prepare(self, operation: Operation, ports: Ports) -> Document | None:
        payee, given = ports.payees.get(operation.subject), operation.input
        if not given["content"]:
            raise Obsolete
        if payee is None or payee.account_ref is None:
            return None
        file = FileContent(filename=given["filename"], content_type=given["content_type"], content=given["content"])
        return Document(payee.account_ref, given["kind"], file)

    def call(self, request: Document, operation: Operation, provider: PaymentProvider) -> Outcome[str]:
        return provider.submit_document(request.account_ref, request.kind, request.file, op=operation.id, key=operation.key)

    def look_up(self, request: Document, operation: Operation, provider: PaymentProvider) -> Outcome[str | None]:
        """Handing a document in again does no harm."""
        return Succeeded(None)

    def settle(self, operation: Operation, value: str, ports: Ports) -> str:
        document = ports.payees.document(operation.input["document_id"])
        assert document is not None
        document.file_ref = value
        return value

    def forget(self, operation: Operation, ports: Ports) -> None:
        """Not taken: told as refused, so that it can be handed in again."""
        operation.input = {**operation.input, "content": ""}
        payee, document = ports.payees.get(operation.subject), ports.payees.document(operation.input["document_id"])
        erased = payee is None or payee.erased_at is not None
        if document is not None and document.file_ref is None and document.state == PENDING and not erased:
            refuse_document(document, "The payment provider could not take this file. Please hand it in again.", ports)

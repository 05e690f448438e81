"""Payees' accounts and documents at the provider."""

from dataclasses import dataclass

from contracts.shapes import FileContent
from kernel.ids import key_for
from payments.domain.operation import Operation
from payments.domain.payee import AccountStatus
from payments.use_cases.effects.effect import Plain
from payments.use_cases.learn_payee import learn_payee
from payments.use_cases.payouts import resume_payouts
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
    """Opens the account or brings it up to date; always with the newest details, so that the order of attempts does not matter."""

    def prepare(self, operation: Operation, ports: Ports) -> Account | None:
        payee = ports.payees.get(operation.subject)
        if payee is None or payee.details is None:
            return None
        return Account(PayeeDetails(**payee.details), payee.account_ref)  # type: ignore[arg-type]

    def call(self, request: Account, operation: Operation, provider: PaymentProvider) -> Outcome[AccountStatus]:
        return provider.open_account(request.details, request.account_ref, op=operation.id, key=operation.key)

    def look_up(self, request: Account, operation: Operation, provider: PaymentProvider) -> Outcome[AccountStatus | None]:
        """One that was opened but not finished is brought up to date; changing one again does no harm."""
        if request.account_ref is not None:
            return Succeeded(None)
        found = provider.find_account(op=operation.id)
        if not isinstance(found, Succeeded) or found.value is None:
            return found  # type: ignore[return-value]
        return provider.open_account(request.details, found.value, op=operation.id, key=key_for(operation.key, "finish"))

    def settle(self, operation: Operation, value: AccountStatus, ports: Ports) -> str:
        payee = ports.payees.lock(operation.subject)
        assert payee is not None
        learn_payee(payee, value, ports)
        if payee.is_verified and operation.input["new_bank"]:
            resume_payouts(payee.expert_id, ports, new_bank=True)
        return value.account_ref


class SubmitDocument(Plain):
    """Waits for the account; the file is kept no longer than it takes to hand it in."""

    def prepare(self, operation: Operation, ports: Ports) -> Document | None:
        payee, given = ports.payees.get(operation.subject), operation.input
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
        operation.input = {**operation.input, "content": ""}
        return value

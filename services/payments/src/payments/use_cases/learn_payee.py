"""What the provider says of a payee, into our books and on to identity: each document's verdict, then the account's state."""

from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from payments.domain.operation import DECLINED, DONE
from payments.domain.payee import REFUSED, AccountStatus, Payee, PayeeDocument, judge
from payments.use_cases.payouts import resume_payouts
from payments.use_cases.ports import Ports


def learn_payee(payee: Payee, status: AccountStatus, ports: Ports) -> None:
    """Takes over the provider's state of a locked payee; a verified one's waiting payouts go on (M40)."""
    for document in judge(ports.payees.documents(payee.expert_id), status):
        _tell_verdict(document, ports)
    if payee.learn(status):
        _tell(payee, ports)
    if payee.is_verified:
        new_bank = payee.new_bank and not _is_changing(payee, ports)
        resume_payouts(payee.expert_id, ports, new_bank=new_bank)
        payee.new_bank = payee.new_bank and not new_bank


def restrict_payee(payee: Payee, ports: Ports) -> None:
    """The provider refuses to pay a locked payee out, before it has told us why."""
    if payee.restrict():
        _tell(payee, ports)


def refuse_document(document: PayeeDocument, reason: str, ports: Ports) -> None:
    """It did not even reach the provider."""
    document.state, document.reason = REFUSED, reason
    _tell_verdict(document, ports)


def _is_changing(payee: Payee, ports: Ports) -> bool:
    """Whether his newest details have still to reach the provider."""
    changes = ports.operations.of_subject(payee.expert_id, ["open_account"])
    return any(change.input["details"] == payee.details and change.state not in (DONE, DECLINED) for change in changes)


def _tell_verdict(document: PayeeDocument, ports: Ports) -> None:
    checked = PayeeDocumentChecked(
        expert_id=document.expert_id,
        document_id=document.document_id,
        kind=document.kind,
        state=document.state,
        reason=document.reason,
    )
    ports.uow.emit(checked, about=document.expert_id)


def _tell(payee: Payee, ports: Ports) -> None:
    ports.uow.emit(PayeeStatusChanged(expert_id=payee.expert_id, state=payee.state, due=payee.due), about=payee.expert_id)

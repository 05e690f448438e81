"""What the provider says of a payee, into our books and on to identity: each document's verdict, then the account's state."""

from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from payments.domain.payee import AccountStatus, Payee, judge
from payments.use_cases.payouts import resume_payouts
from payments.use_cases.ports import Ports


def learn_payee(payee: Payee, status: AccountStatus, ports: Ports) -> None:
    """Takes over the provider's state of a locked payee; a verified one's waiting payouts go on (M40)."""
    for document in judge(ports.payees.documents(payee.expert_id), status):
        checked = PayeeDocumentChecked(
            expert_id=payee.expert_id,
            document_id=document.document_id,
            kind=document.kind,
            state=document.state,
            reason=document.reason,
        )
        ports.uow.emit(checked, about=payee.expert_id)
    if payee.learn(status):
        ports.uow.emit(PayeeStatusChanged(expert_id=payee.expert_id, state=payee.state, due=payee.due), about=payee.expert_id)
        if payee.is_verified:
            resume_payouts(payee.expert_id, ports)

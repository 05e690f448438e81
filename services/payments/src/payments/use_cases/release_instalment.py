"""Releasing an instalment: once it is funded and contracting has authorised it, whichever comes first (A65, A66, M38).

In one transaction: commission withheld, the ledger, what the expert will be paid and when, and the events. The money itself moves
after that, by operations.
"""

from contracts.contracting.v1.events import ReleaseAuthorised
from contracts.payments.v1.events import CommissionWithheld, InstalmentReleased
from kernel.errors import NotYet
from kernel.ids import new_id
from payments.domain import ledger
from payments.domain.calendar import payout_day
from payments.domain.commission import FIRST_INSTALMENT
from payments.domain.escrow import Escrow, Instalment
from payments.domain.payout import SCHEDULED, WAITING_KYC, Payout
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports


def authorise_release(event: ReleaseAuthorised, ports: Ports) -> None:
    """Raises NotYet when the mission's escrow is not known yet."""
    escrow = ports.escrows.lock(event.mission_id)
    if escrow is None:
        raise NotYet(f"no escrow yet for {event.mission_id}")
    escrow.authorise(event.instalment, ports.uow.now)
    release_if_due(escrow, event.instalment, ports)


def release_if_due(escrow: Escrow, number: int, ports: Ports) -> None:
    """Releases an instalment of a locked escrow if it may be."""
    if not escrow.may_release(number):
        return
    instalment = escrow.release(number, ports.uow.now)
    mission_id, expert_id, withheld = escrow.mission_id, escrow.expert_id, instalment.withheld
    key = f"release:{mission_id}:{number}"
    ports.ledger.post(ledger.released(mission_id, number, expert_id, instalment.ttc, withheld, key=key))
    released = InstalmentReleased(
        mission_id=mission_id,
        company_id=escrow.company_id,
        expert_id=expert_id,
        instalment=number,
        amount=instalment.ttc,
        withheld=withheld.ttc,
        expert_receives=instalment.expert_receives,
        released_at=ports.uow.now,
        last=escrow.all_released(),
    )
    ports.uow.emit(released, about=mission_id)
    if withheld.ttc:
        ports.uow.emit(_withheld(escrow, instalment), about=mission_id)
    if instalment.expert_receives:
        _plan_payout(escrow, instalment, ports)


def transfer_to_payee(payout: Payout, ports: Ports) -> None:
    """The expert's part is to move to his account at the provider; intended once for each attempt."""
    intent = f"transfer:{payout.mission_id}:{payout.instalment}:{payout.attempt}"
    intend(ports, "transfer", intent, payout.mission_id, payout_id=payout.id)


def _withheld(escrow: Escrow, instalment: Instalment) -> CommissionWithheld:
    """What is to be invoiced: the whole commission when it is taken at once, else this instalment's part."""
    terms, part = escrow.commission, instalment.withheld
    whole = terms.timing == FIRST_INSTALMENT
    return CommissionWithheld(
        mission_id=escrow.mission_id,
        expert_id=escrow.expert_id,
        instalment=instalment.number,
        withheld=part.ttc,
        timing=terms.timing,
        commission_ht=terms.ht if whole else part.ht,
        commission_vat=terms.vat if whole else part.vat,
        commission_ttc=terms.ttc if whole else part.ttc,
        vat_rate_bp=terms.vat_rate_bp,
        vat_category=terms.vat_category,
        vat_mention=terms.vat_mention,
    )


def _plan_payout(escrow: Escrow, instalment: Instalment, ports: Ports) -> None:
    """On its business day (M41), or when the payee is verified (M40)."""
    payee, now = ports.payees.lock(escrow.expert_id), ports.uow.now
    verified = payee is not None and payee.is_verified
    payout = Payout(
        id=new_id("pot", now),
        expert_id=escrow.expert_id,
        mission_id=escrow.mission_id,
        instalment=instalment.number,
        amount=instalment.expert_receives,
        scheduled_on=payout_day(now, payee.iban_country if payee else "", escrow.payout_days),
        created_at=now,
        state=SCHEDULED if verified else WAITING_KYC,
    )
    ports.payouts.add(payout)
    if verified:
        transfer_to_payee(payout, ports)

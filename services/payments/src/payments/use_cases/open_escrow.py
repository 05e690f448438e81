"""An accepted quote opens the mission's escrow, with all that was agreed frozen in it (A68, M82)."""

from contracts.contracting.v1.events import QuoteAccepted
from contracts.payments.v1.errors import InvalidAmount
from contracts.payments.v1.rpc import CommissionPreview, InstalmentCommission, PreviewCommission
from kernel.money import total
from payments.domain.commission import agree, plan
from payments.domain.escrow import Escrow, Instalment
from payments.use_cases.access import need_service
from payments.use_cases.ports import Ports

CURRENCY = "EUR"


def preview_commission(call: PreviewCommission, ports: Ports) -> CommissionPreview:
    """What will be withheld from each instalment under the policy of today (P2-P4, P21, M15). Raises InvalidAmount."""
    need_service(call.actor)
    if not call.instalments:
        raise InvalidAmount("a mission has at least one instalment", field="instalments")
    for place, instalment in enumerate(call.instalments):
        if instalment.ttc.currency != CURRENCY or instalment.ht.amount <= 0 or instalment.ht + instalment.vat != instalment.ttc:
            raise InvalidAmount(field=f"instalments.{place}")
    policy = ports.policy
    terms = agree(
        call.instalments,
        rate_bp=policy.brought_client_rate_bp if call.brought_client else policy.commission_rate_bp,
        base=policy.commission_base,
        timing=policy.commission_timing,
        vat_rate_bp=call.vat_rate_bp,
        vat_category=call.vat_category,
        vat_mention=call.vat_mention,
    )
    parts = [
        InstalmentCommission(number=instalment.number, withheld=part.ttc, expert_receives=instalment.ttc - part.ttc)
        for instalment, part in zip(call.instalments, plan(terms, call.instalments), strict=True)
    ]
    return CommissionPreview(
        terms=terms, instalments=tuple(parts), expert_receives=total([part.expert_receives for part in parts])
    )


def open_escrow(event: QuoteAccepted, ports: Ports) -> None:
    """Once for each mission."""
    if ports.escrows.get(event.mission_id) is not None:
        return
    escrow = Escrow(
        mission_id=event.mission_id,
        reference=event.reference,
        company_id=event.company_id,
        expert_id=event.expert_id,
        buyer_name=event.buyer.name,
        buyer_email=event.buyer.accounting_email,
        commission=event.commission,
        payout_days=dict(ports.policy.payout_business_days),
        policy=event.policy,
        policy_version=event.policy_version,
        opened_at=ports.uow.now,
        instalments=[
            Instalment(number=planned.number, ht=planned.ht, vat=planned.vat, ttc=planned.ttc) for planned in event.instalments
        ],
    )
    ports.escrows.add(escrow)

"""The VAT of a quote before it is sent: the service's and the commission's, and what the simplified rule would say (M32-M35)."""

import logging

from billing.domain.parties import commission_on, service_case
from billing.domain.tax import Action, TaxDecision, Vies, decide
from billing.use_cases.consult import consult, verdict
from billing.use_cases.ports import Ports
from contracts.billing.v1.errors import ServicesOnly
from contracts.billing.v1.rpc import PreviewTax, TaxPreview
from contracts.wire import Role

_log = logging.getLogger(__name__)


def preview_tax(call: PreviewTax, ports: Ports) -> TaxPreview:
    """The decision for the day asked. Nothing is issued from the simplified rule; a difference is logged. Raises ServicesOnly."""
    if call.actor.role is not Role.SERVICE:
        raise ServicesOnly
    tables, seller, buyer = ports.desk.tables, call.seller, call.buyer
    asked = [
        service_case(seller, buyer, call.service_kind, call.on, Vies.NOT_ASKED, tables),
        commission_on(seller, call.on, Vies.NOT_ASKED, tables),
    ]
    answers = consult(asked, ports)
    service = decide(service_case(seller, buyer, call.service_kind, call.on, verdict(buyer.vat_id, answers), tables), tables)
    commission = decide(commission_on(seller, call.on, verdict(seller.vat_id, answers), tables), tables)
    if not service.agrees_with_source:
        facts = {"source_rule": service.source_rule, "action": service.action.value, "category": service.category}
        _log.info("the simplified VAT rule differs from the decision", extra=facts)
    return _preview(service, commission)


def _preview(service: TaxDecision, commission: TaxDecision) -> TaxPreview:
    action, reason = service.action, service.reason
    if action is Action.ISSUE and commission.action is not Action.ISSUE:
        action, reason = commission.action, f"commission_{commission.reason}"
    return TaxPreview(
        action=action.value,
        rate_bp=service.rate_bp or 0,
        category=service.category,
        vatex=service.vatex,
        mention=service.mention,
        source_rule=service.source_rule,
        agrees_with_source=service.agrees_with_source,
        commission_rate_bp=commission.rate_bp or 0,
        commission_category=commission.category,
        commission_mention=commission.mention,
        reason=reason,
    )

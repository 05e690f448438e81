"""From facts to texts: which event is told to whom, by which channel. Everything the marketplace writes is in this table.

A notification is queued in the transaction that applies the event. Somebody not known yet makes the event wait (NotYet).
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from contracts.billing.v1 import events as billing
from contracts.contracting.v1 import events as contracting
from contracts.identity.v1 import events as identity
from contracts.messaging.v1.events import MessageSent
from contracts.payments.v1 import events as payments
from contracts.wire import Event, Role
from kernel.errors import NotYet
from kernel.ids import new_id
from messaging.domain.contact import Contact
from messaging.domain.notification import Channel, Notification
from messaging.use_cases.ports import Ports

EMAIL, EMAIL_AND_SMS = (Channel.EMAIL,), (Channel.EMAIL, Channel.SMS)
EXPERT, COMPANY, BOTH, ACCOUNT, OTHER_SIDE = "expert", "company", "both", "account", "other_side"


@dataclass(frozen=True)
class Notice:
    """One row: the catalogue's `kind`, who is told, how, and when it applies."""

    kind: str
    to: str
    channels: tuple[Channel, ...] = EMAIL
    when: Callable[[Any], bool] = lambda event: True


NOTICES: dict[type[Event], tuple[Notice, ...]] = {
    identity.EmailConfirmationRequested: (Notice("confirm_email", ACCOUNT),),
    identity.PasswordResetRequested: (Notice("reset_password", ACCOUNT),),
    identity.KycStatusChanged: (
        Notice("kyc_validated", EXPERT, when=lambda event: event.state == "validated"),
        Notice("kyc_refused", EXPERT, when=lambda event: event.state == "refused"),  # M56
        Notice("kyc_restricted", EXPERT, when=lambda event: event.state == "restricted"),
    ),
    identity.ExpertAdmitted: (Notice("admitted", EXPERT),),
    identity.ExpertRefused: (Notice("admission_refused", EXPERT),),
    identity.ExpertSuspended: (Notice("suspended", EXPERT),),  # A72, with its reason
    identity.ExpertReinstated: (Notice("reinstated", EXPERT),),
    MessageSent: (Notice("message_received", OTHER_SIDE),),
    contracting.OfferSent: (Notice("offer_received", EXPERT),),
    contracting.OfferDeclined: (Notice("offer_declined", COMPANY),),
    contracting.QuoteSent: (
        Notice("quote_received", COMPANY, when=lambda event: event.version == 1),
        Notice("quote_amended", COMPANY, when=lambda event: event.version > 1),  # M20
    ),
    contracting.QuoteAmended: (Notice("quote_being_amended", COMPANY),),
    contracting.QuoteAccepted: (
        Notice("quote_accepted", EXPERT, EMAIL_AND_SMS),  # M21
        Notice("quote_signed", COMPANY),
    ),
    contracting.QuoteRefused: (Notice("quote_refused", EXPERT),),  # M91
    contracting.QuoteDeclined: (Notice("quote_declined", EXPERT),),
    contracting.QuoteWithdrawn: (Notice("quote_withdrawn", COMPANY),),
    contracting.QuoteExpired: (Notice("quote_expired", BOTH),),
    contracting.InstalmentDue: (Notice("instalment_due", COMPANY),),  # A63, M44
    contracting.MissionStarted: (Notice("mission_started", BOTH),),
    contracting.MissionAmendmentProposed: (  # M20
        Notice("amendment_proposed", EXPERT, when=lambda event: event.proposed_by == Role.COMPANY),
        Notice("amendment_proposed", COMPANY, when=lambda event: event.proposed_by == Role.EXPERT),
    ),
    contracting.MissionAmended: (Notice("mission_amended", BOTH),),
    contracting.ReleaseRequested: (Notice("release_requested", COMPANY),),  # A65
    contracting.ReportFiled: (Notice("report_filed", COMPANY),),  # M43
    contracting.ReportReminderDue: (Notice("report_reminder", COMPANY),),
    contracting.MissionValidated: (Notice("mission_validated", EXPERT),),
    contracting.MissionClosed: (Notice("mission_closed", BOTH),),
    contracting.MissionCancelled: (Notice("mission_cancelled", BOTH),),
    contracting.ReviewPublished: (
        Notice("review_published", EXPERT, when=lambda event: event.author == Role.COMPANY),
        Notice("review_published", COMPANY, when=lambda event: event.author == Role.EXPERT),
    ),
    payments.PayinFailed: (Notice("payment_failed", COMPANY),),
    payments.InstalmentFunded: (Notice("instalment_funded", EXPERT), Notice("payment_received", COMPANY)),
    payments.InstalmentReleased: (Notice("instalment_released", EXPERT),),
    payments.InstalmentRefunded: (Notice("instalment_refunded", COMPANY),),
    payments.PayoutSent: (Notice("payout_sent", EXPERT),),
    payments.PayoutPaid: (Notice("payout_paid", EXPERT),),
    payments.PayoutFailed: (Notice("payout_failed", EXPERT),),
    billing.DocumentIssued: (
        Notice("document_issued", BOTH, when=lambda event: not event.kind.startswith("commission")),
        Notice("document_issued", EXPERT, when=lambda event: event.kind.startswith("commission")),
    ),
}


def notify(event: Event, ports: Ports) -> None:
    """Queues what the table says about this event."""
    facts = {field.name: getattr(event, field.name) for field in fields(event)}
    for notice in NOTICES[type(event)]:
        if notice.when(event):
            for contact in _recipients(notice.to, event, ports):
                _queue(notice, contact, facts, ports)
    if isinstance(event, billing.DocumentIssued) and event.accounting_email and not event.kind.startswith("commission"):
        _copy_for_accounting(event, facts, ports)


def _recipients(to: str, event: Any, ports: Ports) -> list[Contact]:
    found: list[Contact] = []
    if to == ACCOUNT:
        contact = ports.uow.contacts.get(event.account_id)
        found += _somebody([contact] if contact else [], event)
    if to in (EXPERT, BOTH) or (to == OTHER_SIDE and event.author_role is Role.COMPANY):
        found += _somebody(ports.uow.contacts.of_expert(event.expert_id), event)
    if to in (COMPANY, BOTH) or (to == OTHER_SIDE and event.author_role is Role.EXPERT):
        found += _somebody(ports.uow.contacts.of_company(event.company_id), event)
    return [contact for contact in found if contact.reachable]


def _somebody(found: list[Contact], event: Event) -> list[Contact]:
    if not found:
        raise NotYet(f"nobody is known yet to tell {type(event).__name__} to")
    return found


def _queue(notice: Notice, contact: Contact, facts: dict[str, Any], ports: Ports) -> None:
    for channel in notice.channels:
        address = contact.email if channel is Channel.EMAIL else contact.phone
        if address:
            text = ports.texts.write(notice.kind, channel.value, contact.locale, facts | {"name": contact.first_name})
            _add(contact.account_id, channel, notice.kind, address, text.subject, text.body, ports)


def _copy_for_accounting(event: billing.DocumentIssued, facts: dict[str, Any], ports: Ports) -> None:
    """The company's accounting department gets its invoices too (M97)."""
    company = _somebody(ports.uow.contacts.of_company(event.company_id), event)[0]
    text = ports.texts.write("document_issued", Channel.EMAIL.value, company.locale, facts | {"name": ""})
    _add(company.account_id, Channel.EMAIL, "document_issued", event.accounting_email, text.subject, text.body, ports)


def _add(account_id: str, channel: Channel, kind: str, address: str, subject: str, body: str, ports: Ports) -> None:
    now = ports.uow.now
    ports.uow.notifications.add(
        Notification(
            notification_id=new_id("ntf", now),
            account_id=account_id,
            channel=channel,
            kind=kind,
            address=address,
            subject=subject,
            text=body,
            created_at=now,
            next_attempt_at=now,
        )
    )

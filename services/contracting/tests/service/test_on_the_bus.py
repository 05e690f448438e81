"""The hosted service on a real bus: one mission's life told and asked as its neighbours do, once in process, once on RabbitMQ."""

import pytest

from contracts.billing.v1 import rpc as billing
from contracts.billing.v1.events import DocumentIssued
from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import CannotQuoteYet, NotFunded, QuoteAlreadyAccepted, StaleVersion, UnknownRecipient
from contracts.contracting.v1.events import (
    InstalmentDue,
    MissionClosed,
    MissionStarted,
    QuoteAccepted,
    ReleaseAuthorised,
    ReportReminderDue,
    ReviewPublished,
)
from contracts.contracting.v1.rpc import MissionState
from contracts.identity.v1 import rpc as identity
from contracts.identity.v1.events import AccountRegistered
from contracts.messaging.v1.events import ConversationOpened
from contracts.payments.v1 import rpc as payments
from contracts.payments.v1.events import InstalmentFunded, InstalmentReleased
from contracts.shapes import Address, Party, PartyKind
from contracts.wire import Actor, Right, Role
from kernel.errors import Unavailable
from kernel.money import Money

EXPERT = Actor(role=Role.EXPERT, account_id="acc_1", expert_id="exp_1")
COMPANY = Actor(role=Role.COMPANY, account_id="acc_2", company_id="com_1", rights=(Right.ACCEPT_QUOTES,))
PERSON = {"email": "x@x.example", "last_name": "Roche", "phone": "", "locale": "fr"}


def party(call):
    address = Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR", zone="MET")
    return Party(id=call.party_id, kind=PartyKind.BUSINESS, name="Atelier Mécanique SAS", address=address)


def standing(call, *missing):
    return identity.ExpertStanding(
        expert_id=call.expert_id,
        may_quote=not missing,
        missing=missing,
        admission=identity.AdmissionState.ADMITTED,
        kyc=identity.KycState.PENDING,
        party=party(identity.GetParty(actor=EXPERT, party_id=call.expert_id)),
    )


def tax(call):
    return billing.TaxPreview(
        action="issue",
        rate_bp=2000,
        category="S",
        vatex="",
        mention="",
        source_rule="M35",
        agrees_with_source=True,
        commission_rate_bp=2000,
        commission_category="S",
    )


def ten_percent_at_release(call):
    terms = rpc.CommissionTerms(
        rate_bp=1000,
        base="released_ht",
        timing="release",
        vat_rate_bp=2000,
        vat_category="S",
        vat_mention="",
        ht=Money(55_200),
        vat=Money(11_040),
        ttc=Money(66_240),
    )
    part = payments.InstalmentCommission(number=1, withheld=Money(66_240), expert_receives=Money(596_160))
    return payments.CommissionPreview(terms=terms, instalments=(part,), expert_receives=Money(596_160))


@pytest.fixture
def here(bus, database):
    """Contracting under Mission Internationale's policy; its neighbours agree to everything."""
    bus.answer(identity.GetStanding, standing)
    bus.answer(identity.GetParty, party)
    bus.answer(
        billing.GetMandate, lambda call: billing.MandateView(expert_id=call.expert_id, state="in_force", version="1", text="")
    )
    bus.answer(billing.PreviewTax, tax)
    bus.answer(payments.PreviewCommission, ten_percent_at_release)
    bus.start("contracting.service:ContractingService", DATABASE_URL=database("contracting"), POLICY="mission-internationale")
    bus.tell(AccountRegistered(account_id="acc_1", role=Role.EXPERT, first_name="Hélène", expert_id="exp_1", **PERSON))
    bus.tell(AccountRegistered(account_id="acc_2", role=Role.COMPANY, first_name="Camille", company_id="com_1", **PERSON))
    bus.tell(ConversationOpened(conversation_id="con_1", company_id="com_1", expert_id="exp_1", opened_by=Role.COMPANY))
    return bus


def sent_quote(here, content):
    draft = here.until(lambda: drafted(here, content), "the conversation is not known")
    return here.ask(rpc.SendQuote(actor=EXPERT, idempotency_key="send", quote_id=draft.quote_id))


def drafted(here, content):
    try:
        return here.ask(rpc.DraftQuote(actor=EXPERT, idempotency_key="draft", company_id="com_1", content=content()))
    except UnknownRecipient:
        return None


def test_a_mission_goes_from_quote_to_reviews_over_the_bus_and_over_a_restart(here, content):
    quote = sent_quote(here, content)
    accept = rpc.AcceptQuote(actor=COMPANY, idempotency_key="accept", quote_id=quote.quote_id, version=1, ip="192.0.2.7")
    mission_id = here.ask(accept).mission_id
    assert here.ask(accept).mission_id == mission_id
    with pytest.raises(QuoteAlreadyAccepted):
        here.ask(rpc.AcceptQuote(actor=COMPANY, idempotency_key="again", quote_id=quote.quote_id, version=1))
    with pytest.raises(NotFunded):
        here.ask(rpc.StartMission(actor=EXPERT, idempotency_key="start", mission_id=mission_id))

    parties = {"mission_id": mission_id, "company_id": "com_1", "expert_id": "exp_1"}
    money = {"instalment": 1, "amount": Money(662_400), "last": True}
    funded = InstalmentFunded(**parties, **money, means="card", funded_at=here.clock.now())
    assert here.tell(funded, id="evt_funded") == here.tell(funded, id="evt_funded")
    here.wait_for(MissionStarted)
    here.restart()

    here.ask(rpc.FileReport(actor=EXPERT, idempotency_key="report", mission_id=mission_id, text="Done."))
    here.wait_for(ReportReminderDue)
    here.ask(rpc.ValidateReport(actor=COMPANY, idempotency_key="validate", mission_id=mission_id))
    here.wait_for(ReleaseAuthorised)
    for kind, final in (("commission_invoice", False), ("invoice", True)):
        here.tell(DocumentIssued(**parties, document_id=kind, kind=kind, number="1", ttc=Money(1), final=final))
    released = InstalmentReleased(
        **parties, **money, withheld=Money(66_240), expert_receives=Money(596_160), released_at=here.clock.now()
    )
    here.tell(released)
    here.wait_for(MissionClosed)

    scores = {"expertise": 5, "communication": 5, "deadlines": 5, "value": 5}
    for actor in (COMPANY, EXPERT):
        here.ask(
            rpc.WriteReview(actor=actor, idempotency_key="review", mission_id=mission_id, scores=scores, comment="Remarkable.")
        )
    here.wait_for(ReviewPublished, lambda event: event.author is Role.EXPERT)

    view = here.ask(rpc.GetMission(actor=COMPANY, mission_id=mission_id))
    assert (view.state, view.instalments[0].state) == (MissionState.CLOSED, "released")
    for once in (QuoteAccepted, InstalmentDue, MissionStarted, ReleaseAuthorised, MissionClosed):
        assert len(here.told(once)) == 1


def test_a_refusal_crosses_the_bus_with_its_name_and_details(here, content):
    here.answer(identity.GetStanding, lambda call: standing(call, "bank_details"))
    with pytest.raises(CannotQuoteYet) as too_early:
        sent_quote(here, content)
    here.answer(identity.GetStanding, standing)
    quote = sent_quote(here, content)

    with pytest.raises(StaleVersion) as stale:
        here.ask(rpc.AcceptQuote(actor=COMPANY, idempotency_key="accept", quote_id=quote.quote_id, version=2))

    assert too_early.value.details == {"missing": "bank_details"}
    assert stale.value.details == {"current_version": 1}


def test_a_neighbour_that_fails_leaves_the_draft_a_draft(here, content):
    def broken(call):
        raise RuntimeError("out of order")

    here.answer(payments.PreviewCommission, broken)
    with pytest.raises(Unavailable):
        sent_quote(here, content)
    here.answer(payments.PreviewCommission, ten_percent_at_release)

    assert sent_quote(here, content).expert_receives == Money(596_160)

"""Sheets and offers: a company asks several experts; each sees his own (M73, M75, M61, A43)."""

import pytest

from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import (
    InvalidInput,
    NotYourCall,
    OfferClosed,
    PublishingForbidden,
    UnknownOffer,
    UnknownRecipient,
    UnknownSheet,
)
from contracts.contracting.v1.events import OfferDeclined, OfferSent
from contracts.identity.v1.events import AccountErased


def test_one_offer_to_several_experts_tells_each_of_them_once(market):
    here = market()
    company, first, second, third = here.company(), here.expert(), here.expert(), here.expert()
    sheet = here.ask(rpc.CreateSheet, company, title=" Fewer rejects ", objectives="From 6 % to 2 %.", terms="On site.")

    here.ask(rpc.SendOffers, company, sheet_id=sheet.sheet_id, expert_ids=(first.expert_id, second.expert_id))
    again = here.ask(rpc.SendOffers, company, sheet_id=sheet.sheet_id, expert_ids=(second.expert_id, third.expert_id))

    told = here.told(OfferSent)
    assert sorted(event.expert_id for event in told) == sorted([first.expert_id, second.expert_id, third.expert_id])
    assert {(event.company_name, event.title) for event in told} == {("Atelier Mécanique SAS", "Fewer rejects")}
    assert [(offer.expert_id, offer.state, offer.terms) for offer in again.items] == [
        (second.expert_id, "open", "On site."),
        (third.expert_id, "open", "On site."),
    ]


def test_one_unknown_expert_and_nobody_is_asked(market):
    here = market()
    company, expert = here.company(), here.expert()
    sheet = here.ask(rpc.CreateSheet, company, title="Fewer rejects", objectives="From 6 % to 2 %.")

    for stranger in ("exp_01JD0000000000000000000001", "", "nul\x00", "half \ud800"):
        with pytest.raises(UnknownRecipient) as refusal:
            here.ask(rpc.SendOffers, company, sheet_id=sheet.sheet_id, expert_ids=(expert.expert_id, stranger))
        assert refusal.value.details["field"] == "expert_ids.1"

    assert here.told(OfferSent) == []
    assert here.ask(rpc.ListOffers, expert).items == ()


def test_an_erased_expert_is_not_asked(market):
    here = market()
    company, expert = here.company(), here.expert()
    sheet = here.ask(rpc.CreateSheet, company, title="Fewer rejects", objectives="From 6 % to 2 %.")
    here.tell(AccountErased(account_id=expert.account_id, expert_id=expert.expert_id))

    with pytest.raises(UnknownRecipient):
        here.ask(rpc.SendOffers, company, sheet_id=sheet.sheet_id, expert_ids=(expert.expert_id,))


def test_an_offer_goes_to_one_to_twenty_different_experts(market):
    here = market()
    company, expert = here.company(), here.expert()
    sheet = here.ask(rpc.CreateSheet, company, title="Fewer rejects", objectives="From 6 % to 2 %.")

    for expert_ids in ((), (expert.expert_id, expert.expert_id), tuple(f"exp_{number}" for number in range(21))):
        with pytest.raises(InvalidInput) as refusal:
            here.ask(rpc.SendOffers, company, sheet_id=sheet.sheet_id, expert_ids=expert_ids)
        assert refusal.value.details["field"] == "expert_ids"


def test_a_sheet_belongs_to_the_company_that_wrote_it(market):
    here = market()
    company, other, expert = here.company(), here.company("Autre SARL"), here.expert()
    sheet = here.ask(rpc.CreateSheet, company, title="Fewer rejects", objectives="From 6 % to 2 %.")

    with pytest.raises(UnknownSheet):
        here.ask(rpc.SendOffers, other, sheet_id=sheet.sheet_id, expert_ids=(expert.expert_id,))
    with pytest.raises(NotYourCall):
        here.ask(rpc.CreateSheet, expert, title="Fewer rejects", objectives="From 6 % to 2 %.")

    assert here.ask(rpc.ListSheets, other).items == ()
    assert here.ask(rpc.ListSheets, company).items == (sheet,)


def test_needs_are_published_only_where_the_policy_lets_them(market):
    discreet, open_ = market("akigora"), market("mission-internationale")
    need = {"title": "Fewer rejects", "objectives": "From 6 % to 2 %.", "publish": True}

    with pytest.raises(PublishingForbidden):
        discreet.ask(rpc.CreateSheet, discreet.company(), **need)
    company = open_.company()
    published = open_.ask(rpc.CreateSheet, company, **need)
    open_.ask(rpc.CreateSheet, company, **(need | {"publish": False}))

    assert open_.ask(rpc.ListSheets, open_.expert()).items == (published,)


def test_declining_is_told_with_its_reason_and_done_once(market):
    here = market()
    company, expert, other = here.company(), here.expert(), here.expert()
    offer = here.offers(company, expert)[expert.expert_id]

    with pytest.raises(UnknownOffer):
        here.ask(rpc.DeclineOffer, other, offer_id=offer.offer_id)
    declined = here.ask(rpc.DeclineOffer, expert, offer_id=offer.offer_id, reason="Fully booked.")
    with pytest.raises(OfferClosed):
        here.ask(rpc.DeclineOffer, expert, offer_id=offer.offer_id)

    assert declined.state == "declined"
    assert [(event.company_id, event.reason) for event in here.told(OfferDeclined)] == [(company.company_id, "Fully booked.")]
    assert here.ask(rpc.ListOffers, company).items[0].decline_reason == "Fully booked."

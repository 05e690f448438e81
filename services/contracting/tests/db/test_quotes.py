"""Quotes: what must be there before one is sent, what it shows, who sees which version."""

import pytest

from contracts.billing.v1.errors import UnknownMandate
from contracts.billing.v1.rpc import GetMandate, PreviewTax
from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import (
    CannotQuoteYet,
    CompanyDetailsIncomplete,
    InvalidQuote,
    MissingRight,
    NotYourCall,
    OfferClosed,
    QuoteEditedMeanwhile,
    QuoteNotDraft,
    QuoteNotOpen,
    TaxUndecided,
    UnknownOffer,
    UnknownQuote,
    UnknownRecipient,
)
from contracts.contracting.v1.events import QuoteAmended, QuoteDeclined, QuoteExpired, QuoteSent, QuoteWithdrawn
from contracts.contracting.v1.rpc import QuoteState
from contracts.identity.v1.errors import IncompleteDetails
from contracts.identity.v1.rpc import GetParty, GetStanding
from contracts.payments.v1.rpc import CommissionPreview, InstalmentCommission, PreviewCommission
from contracts.wire import SERVICE, Actor, Right, Role
from kernel.errors import Unavailable
from kernel.money import Money


@pytest.fixture
def asked(market):
    """Akigora; a company has sent an offer to an expert."""
    here = market()
    here.buyer, here.seller = here.company(), here.expert()
    here.offer = here.offers(here.buyer, here.seller)[here.seller.expert_id]
    return here


def plan(view):
    return [
        (part.ht.amount, part.vat.amount, part.ttc.amount, part.commission.amount, part.expert_receives.amount)
        for part in view.instalments
    ]


DAYS = rpc.QuoteLine(description="Consulting day", quantity="7.5", unit="day", unit_price=Money(61_235))
CASES = {
    "A1": (
        {},
        [
            (165_600, 33_120, 198_720, 99_360, 99_360),
            (165_600, 33_120, 198_720, 0, 198_720),
            (220_800, 44_160, 264_960, 0, 264_960),
        ],
    ),
    "A5": (
        {"lines": (DAYS,)},
        [
            (137_779, 27_556, 165_335, 82_667, 82_668),
            (137_779, 27_556, 165_335, 0, 165_335),
            (183_705, 36_741, 220_446, 0, 220_446),
        ],
    ),
    "A8": (
        {"weights": (10, 40, 50)},
        [
            (55_200, 11_040, 66_240, 66_240, 0),
            (220_800, 44_160, 264_960, 33_120, 231_840),
            (276_000, 55_200, 331_200, 0, 331_200),
        ],
    ),
}


@pytest.mark.parametrize(("change", "instalments"), CASES.values(), ids=CASES.keys())
def test_a_sent_quote_shows_every_amount_of_the_worked_example(change, instalments, asked, content):
    sent = asked.quote(asked.seller, content(**change), offer_id=asked.offer.offer_id)

    assert plan(sent) == instalments
    assert plan(asked.ask(rpc.GetQuote, asked.buyer, quote_id=sent.quote_id)) == instalments
    sums = [sum(column) for column in zip(*instalments, strict=True)]
    assert [sent.ht.amount, sent.vat.amount, sent.ttc.amount, sent.commission.ttc.amount, sent.expert_receives.amount] == sums
    told = asked.told(QuoteSent)
    assert [(event.quote_id, event.version, event.ttc) for event in told] == [(sent.quote_id, 1, sent.ttc)]


@pytest.mark.parametrize(
    ("change", "ttc", "withheld", "receives"),
    [({}, 662_400, 66_240, 596_160), ({"lines": (DAYS,)}, 551_116, 55_111, 496_005)],
    ids=["B1", "B7"],
)
def test_the_whole_is_prepaid_at_once_under_the_other_policy(change, ttc, withheld, receives, market, content):
    here = market("mission-internationale")
    company, expert = here.company(), here.expert()
    here.neighbours.answers[PreviewCommission] = lambda call: CommissionPreview(
        terms=here.neighbours.commission(call).terms,
        instalments=(
            InstalmentCommission(number=1, withheld=Money(withheld), expert_receives=call.instalments[0].ttc - Money(withheld)),
        ),
        expert_receives=call.instalments[0].ttc - Money(withheld),
    )

    sent = here.quote(expert, content(**change), offer_id=here.offers(company, expert)[expert.expert_id].offer_id)

    assert [(part.ttc.amount, part.fund, part.release) for part in sent.instalments] == [(ttc, "acceptance", "validation")]
    assert sent.instalments[0].commission == Money(withheld)
    assert sent.expert_receives == Money(receives)


MISSING = {
    "legal status and bank details": (
        GetStanding,
        lambda here, call: here.neighbours.standing(call.expert_id, "legal_entity", "bank_details"),
        CannotQuoteYet(missing="legal_entity,bank_details"),
    ),
    "a mandate in force": (
        GetMandate,
        lambda here, call: here.neighbours.mandate(call.expert_id, "revoked"),
        CannotQuoteYet(missing="mandate"),
    ),
    "any mandate": (GetMandate, UnknownMandate(), CannotQuoteYet(missing="mandate")),
    "the company's details": (
        GetParty,
        IncompleteDetails(missing="address,siren"),
        CompanyDetailsIncomplete(missing="address,siren"),
    ),
    "the VAT": (
        PreviewTax,
        lambda here, call: here.neighbours.tax("hold"),
        TaxUndecided(action="hold", reason="the client's VAT id could not be checked"),
    ),
    "payments": (PreviewCommission, Unavailable("payments does not answer"), Unavailable()),
}


@pytest.mark.parametrize(("asked_for", "answer", "refusal"), MISSING.values(), ids=MISSING.keys())
def test_what_is_missing_is_named_and_the_draft_stays_a_draft(asked_for, answer, refusal, asked, content):
    draft = asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)
    before = asked.sql("SELECT * FROM quotes, offers")
    asked.neighbours.answers[asked_for] = _raises(answer) if isinstance(answer, Exception) else lambda call: answer(asked, call)

    with pytest.raises(type(refusal)) as raised:
        asked.ask(rpc.SendQuote, asked.seller, quote_id=draft.quote_id)

    assert raised.value.details == refusal.details
    assert asked.sql("SELECT * FROM quotes, offers") == before
    assert asked.told(QuoteSent) == []


def test_nothing_is_sent_when_the_quote_was_edited_while_it_was_priced(asked, content):
    draft = asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)

    def meanwhile(call):
        asked.ask(rpc.EditQuote, asked.seller, quote_id=draft.quote_id, content=content(title="Something else"))
        return asked.neighbours.tax()

    asked.neighbours.answers[PreviewTax] = meanwhile

    with pytest.raises(QuoteEditedMeanwhile):
        asked.ask(rpc.SendQuote, asked.seller, quote_id=draft.quote_id)

    assert asked.ask(rpc.GetQuote, asked.seller, quote_id=draft.quote_id).state is QuoteState.DRAFT


def test_the_tax_is_asked_for_both_parties_and_the_first_day_of_the_mission(asked, content):
    asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    question = next(call for call in asked.neighbours.asked if isinstance(call, PreviewTax))
    assert (question.seller.id, question.buyer.id) == (asked.seller.expert_id, asked.buyer.company_id)
    assert (question.service_kind, question.on) == ("consulting", content().starts_on)
    assert {call.actor.role for call in asked.neighbours.asked} == {Role.SERVICE}


def test_a_company_sees_a_quote_once_it_is_sent_and_then_the_version_it_was_sent(asked, content):
    draft = asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)
    with pytest.raises(UnknownQuote):
        asked.ask(rpc.GetQuote, asked.buyer, quote_id=draft.quote_id)
    assert asked.ask(rpc.ListQuotes, asked.buyer).items == ()

    sent = asked.ask(rpc.SendQuote, asked.seller, quote_id=draft.quote_id)
    asked.ask(rpc.EditQuote, asked.seller, quote_id=draft.quote_id, content=content(title="On every line"))

    seen = asked.ask(rpc.GetQuote, asked.buyer, quote_id=draft.quote_id)
    desk = asked.ask(rpc.GetQuote, asked.seller, quote_id=draft.quote_id)
    assert (seen.state, seen.version, seen.content.title) == (QuoteState.AMENDED, 1, "Fewer rejects on line 3")
    assert seen.version_sha256 == sent.version_sha256
    assert (desk.state, desk.version, desk.content.title, desk.ttc) == (QuoteState.AMENDED, 2, "On every line", None)
    assert [event.title for event in asked.told(QuoteAmended)] == ["Fewer rejects on line 3"]

    again = asked.ask(rpc.SendQuote, asked.seller, quote_id=draft.quote_id)
    assert (again.state, again.version) == (QuoteState.SENT, 2)
    assert [event.version for event in asked.told(QuoteSent)] == [1, 2]
    assert asked.ask(rpc.ListQuotes, asked.buyer, state=QuoteState.SENT).items == (again,)


def test_a_draft_is_nobodys_but_its_experts(asked, content):
    """A68: what is not sent is not said, to the team neither."""
    draft = asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)
    team = Actor(role=Role.OPERATOR, account_id="acc_1", rights=tuple(Right))

    for reader in (team, SERVICE):
        with pytest.raises(UnknownQuote):
            asked.ask(rpc.GetQuote, reader, quote_id=draft.quote_id)
        assert asked.ask(rpc.ListQuotes, reader).items == ()
    assert asked.ask(rpc.GetQuote, asked.seller, quote_id=draft.quote_id) == draft


def test_an_operator_sees_sent_quotes_only_with_the_right_to_support_or_to_mediate(asked, content):
    """M22: a quote is its two parties'; the team sees it where its work asks for it."""
    quote = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    for rights in ((), (Right.COMMITTEE, Right.FINANCE)):
        clerk = Actor(role=Role.OPERATOR, account_id="acc_1", rights=rights)
        with pytest.raises(UnknownQuote):
            asked.ask(rpc.GetQuote, clerk, quote_id=quote.quote_id)
        with pytest.raises(MissingRight):
            asked.ask(rpc.ListQuotes, clerk)

    for right in (Right.SUPPORT, Right.MEDIATOR):
        team = Actor(role=Role.OPERATOR, account_id="acc_1", rights=(right,))
        assert asked.ask(rpc.GetQuote, team, quote_id=quote.quote_id).ttc == Money(662_400)
        assert [each.quote_id for each in asked.ask(rpc.ListQuotes, team).items] == [quote.quote_id]


def test_anothers_quote_does_not_exist(asked, content):
    sent = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)
    strangers = asked.company("Autre SARL"), asked.expert("Bruno", "Keller"), Actor()

    for stranger in strangers:
        with pytest.raises(UnknownQuote):
            asked.ask(rpc.GetQuote, stranger, quote_id=sent.quote_id)
    with pytest.raises(UnknownQuote):
        asked.ask(rpc.WithdrawQuote, strangers[1], quote_id=sent.quote_id)
    with pytest.raises(UnknownQuote):
        asked.ask(rpc.DeclineQuote, strangers[0], quote_id=sent.quote_id)
    for made_up in ("", "x", "quo_\x00", "mis_01JD0000000000000000000001", "quo_01JD0000000000000000000001"):
        with pytest.raises(UnknownQuote):
            asked.ask(rpc.GetQuote, asked.buyer, quote_id=made_up)


def test_each_side_has_its_own_commands(asked, content):
    sent = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    for call in (rpc.SendQuote, rpc.WithdrawQuote):
        with pytest.raises(NotYourCall):
            asked.ask(call, asked.buyer, quote_id=sent.quote_id)
    with pytest.raises(NotYourCall):
        asked.ask(rpc.AcceptQuote, asked.seller, quote_id=sent.quote_id, version=1)
    with pytest.raises(NotYourCall):
        asked.ask(rpc.DeclineQuote, asked.seller, quote_id=sent.quote_id)


def test_an_offer_is_answered_with_one_quote(asked, content):
    sent = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    with pytest.raises(OfferClosed):
        asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)
    with pytest.raises(OfferClosed):
        asked.ask(rpc.DeclineOffer, asked.seller, offer_id=asked.offer.offer_id)
    with pytest.raises(QuoteNotDraft):
        asked.ask(rpc.SendQuote, asked.seller, quote_id=sent.quote_id)
    with pytest.raises(UnknownOffer) as unknown:
        asked.ask(rpc.DraftQuote, asked.expert(), content=content(), offer_id=asked.offer.offer_id)
    assert unknown.value.details["field"] == "offer_id"

    assert asked.ask(rpc.ListOffers, asked.buyer).items[0].state == "quoted"


def test_two_drafts_at_one_offer_are_refused_before_either_is_sent(asked, content):
    asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)

    with pytest.raises(OfferClosed, match="edit it"):
        asked.ask(rpc.DraftQuote, asked.seller, content=content(), offer_id=asked.offer.offer_id)


def test_without_an_offer_a_quote_needs_an_open_conversation(asked, content):
    other = asked.company("Autre SARL")

    for company_id in (other.company_id, "com_1", "\x00"):
        with pytest.raises(UnknownRecipient) as refusal:
            asked.ask(rpc.DraftQuote, asked.seller, content=content(), company_id=company_id)
        assert refusal.value.details["field"] == "company_id"
    for both in ({}, {"company_id": other.company_id, "offer_id": asked.offer.offer_id}):
        with pytest.raises(InvalidQuote) as refusal:
            asked.ask(rpc.DraftQuote, asked.seller, content=content(), **both)
        assert refusal.value.details["field"] == "offer_id"

    asked.introduce(other, asked.seller)
    asked.introduce(other, asked.seller)
    assert asked.quote(asked.seller, content(), company_id=other.company_id).state is QuoteState.SENT


def test_a_withdrawn_quote_is_told_and_no_longer_open(asked, content):
    sent = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    asked.ask(rpc.WithdrawQuote, asked.seller, quote_id=sent.quote_id)
    with pytest.raises(QuoteNotOpen) as refusal:
        asked.ask(rpc.AcceptQuote, asked.buyer, quote_id=sent.quote_id, version=1)

    assert refusal.value.details == {"state": "withdrawn"}
    assert [event.quote_id for event in asked.told(QuoteWithdrawn)] == [sent.quote_id]


def test_a_declined_quote_is_told_with_its_reason(asked, content):
    sent = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    declined = asked.ask(rpc.DeclineQuote, asked.buyer, quote_id=sent.quote_id, reason="Beyond our budget.")

    assert declined.state is QuoteState.DECLINED
    assert [event.reason for event in asked.told(QuoteDeclined)] == ["Beyond our budget."]


def test_a_quote_expires_by_itself_after_thirty_days(asked, content):
    sent = asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    asked.let_time_pass(days=29, hours=23)
    still = asked.ask(rpc.GetQuote, asked.buyer, quote_id=sent.quote_id).state
    asked.let_time_pass(hours=1)
    asked.let_time_pass(hours=1)

    assert still is QuoteState.SENT
    assert asked.ask(rpc.GetQuote, asked.buyer, quote_id=sent.quote_id).state is QuoteState.EXPIRED
    assert [event.quote_id for event in asked.told(QuoteExpired)] == [sent.quote_id]


def test_a_sent_version_is_never_changed_in_the_database(asked, content):
    asked.quote(asked.seller, content(), offer_id=asked.offer.offer_id)

    for statement in ("UPDATE quote_versions SET sha256 = 'x'", "DELETE FROM quote_versions"):
        with pytest.raises(Exception, match="never changed"):
            asked.sql(statement)


def _raises(error):
    def answer(call):
        raise error

    return answer

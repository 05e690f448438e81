"""One mission from search to payout, for both policies, on every stack that can be had, through /api/v1 alone."""

import hashlib

import pytest
from amounts import EXAMPLES, Example

from embedded.client import Person, Refused, until
from embedded.journey import Journey

BY_NAME = {example.name: example for example in EXAMPLES}
MAIN = {"akigora": "A1", "mission-internationale": "B1"}


def journey_on(stack, example: Example) -> Journey:
    return Journey(stack.base_url, stack.operators, stack.policy, example.case, patience_seconds=30)


def test_one_mission_from_search_to_payout(stack):
    example = BY_NAME[MAIN[stack.policy]]
    journey = journey_on(stack, example)

    journey.begin()
    journey.agree()
    journey.work()
    journey.in_time(lambda: "report_reminder" in kinds_told(journey.company), "the silent company is reminded (M43)")
    journey.finish()
    journey.review()

    check_amounts(journey, example)
    check_ledger(journey, example)
    check_documents(journey, example)
    check_mails(journey)
    check_reputation(journey, example)


def test_the_other_worked_examples_come_out_to_the_cent(stack):
    """A5 and A8, or B7: one mission after the other between the same people."""
    examples = [each for each in EXAMPLES if each.policy == stack.policy and each.name != MAIN[stack.policy]]
    journey = journey_on(stack, examples[0])
    journey.begin()

    for example in examples:
        journey.case = example.case
        journey.agree()
        journey.perform()

        check_amounts(journey, example)
        check_ledger(journey, example)
        check_documents(journey, example)


def kinds_told(person: Person) -> list[str]:
    """What the marketplace wrote to somebody, newest first."""
    return [mail["kind"] for mail in person.get("/notifications", limit=100)["items"]]


def check_amounts(journey: Journey, example: Example) -> None:
    quote = journey.company.get(f"/quotes/{journey.quotes[journey.winner.expert_id]['quote_id']}")
    escrow = journey.escrow()

    assert (quote["ht"]["amount"], quote["ttc"]["amount"]) == (example.ht, example.ttc)
    assert quote["commission"]["ttc"]["amount"] == example.commission
    assert quote["expert_receives"]["amount"] == example.ttc - example.commission
    shown = tuple(
        (each["ttc"]["amount"], each["commission"]["amount"], each["expert_receives"]["amount"]) for each in quote["instalments"]
    )
    assert shown == example.instalments
    moved = tuple(
        (each["ttc"]["amount"], each["withheld"]["amount"], each["expert_receives"]["amount"]) for each in escrow["instalments"]
    )
    assert moved == example.instalments
    assert (escrow["held"]["amount"], escrow["released"]["amount"]) == (0, example.ttc)
    paid_out = sorted(payout["amount"]["amount"] for payout in journey.payouts())
    assert paid_out == sorted(amount for _, _, amount in example.instalments if amount)


def check_ledger(journey: Journey, example: Example) -> None:
    ledger = journey.ledger()
    by_journal: dict[int, int] = {}
    for line in ledger["lines"]:
        moved = line["debit"]["amount"] - line["credit"]["amount"]
        by_journal[line["journal_id"]] = by_journal.get(line["journal_id"], 0) + moved

    assert set(by_journal.values()) == {0}
    held = [amount["amount"] for account, amount in ledger["balances"].items() if account.startswith("escrow:")]
    assert held == [0] * len(example.instalments)
    commission_vat = round(example.commission / 6)  # 20 % of the commission HT, as all of these examples have it
    credited = {
        kind: sum(line["credit"]["amount"] - line["debit"]["amount"] for line in ledger["lines"] if line["account"] == kind)
        for kind in ("commission", "vat_collected")
    }
    assert credited == {"commission": example.commission - commission_vat, "vat_collected": commission_vat}


def check_documents(journey: Journey, example: Example) -> None:
    documents = journey.documents()
    kinds = [document["kind"] for document in documents]
    billed = sum(document["ttc"]["amount"] for document in documents if document["kind"] in ("deposit_invoice", "invoice"))
    (commission,) = [document for document in documents if document["kind"] == "commission_invoice"]
    for document in journey.documents(journey.company):
        content = journey.company.download(f"/documents/{document['document_id']}/file")
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == document["sha256"]

    assert kinds.count("purchase_order") == 1
    assert kinds.count("deposit_invoice") == len(example.instalments) - 1
    assert kinds.count("invoice") == 1
    assert billed == example.ttc
    assert commission["ttc"]["amount"] == example.commission


def check_mails(journey: Journey) -> None:
    winner, loser, refuser = journey.experts

    def told(person) -> list[tuple[str, str]]:
        return [(mail["kind"], mail["channel"]) for mail in person.get("/notifications", limit=100)["items"]]

    assert ("quote_accepted", "email") in told(winner.person)
    assert ("quote_accepted", "sms") in told(winner.person)  # M21
    assert ("quote_refused", "email") in told(loser.person)  # M91
    assert ("offer_received", "email") in told(refuser.person)
    assert ("kyc_refused", "email") in told(winner.person)  # M56
    assert ("payout_paid", "email") in told(winner.person)
    assert told(winner.person).count(("quote_accepted", "email")) == 1
    for kind in ("offer_declined", "quote_received", "quote_signed", "instalment_due", "report_filed", "document_issued"):
        assert (kind, "email") in told(journey.company)


def check_reputation(journey: Journey, example: Example) -> None:
    def rated() -> dict | None:
        hit = journey.found(journey.winner, "usinage")
        return hit if hit["ratings"] else None

    hit = until(rated, "the rating shows in search")
    reviews = journey.visitor.get(f"/experts/{journey.winner.expert_id}/reviews")["items"]
    dashboard = journey.winner.person.get("/dashboard")
    statistics = journey.winner.person.get("/profile/statistics")

    assert (hit["rating"], hit["ratings"]) == (5.0, 1)
    assert [review["comment"] for review in reviews] == ["Travail remarquable, je recommande."]
    assert dashboard["revenue_12_months"]["amount"] == example.ht  # M64
    assert (dashboard["quotes_accepted"], dashboard["missions_closed"]) == (1, 1)  # M22
    assert statistics["views"] == 1
    assert statistics["impressions"] >= 1


def test_what_is_illegal_is_refused_by_name_and_changes_nothing(stack):
    journey = journey_on(stack, BY_NAME[MAIN[stack.policy]])
    journey.begin()
    journey.send_offers()
    quote = journey.quote(journey.winner)
    other = journey.quote(journey.experts[1])

    assert refused(
        lambda: journey.experts[0].person.post("/conversations", {"company_id": "com_" + "0" * 26, "text": "?"})
    ).status in (403, 404)
    assert refused(lambda: journey.experts[1].person.get(f"/quotes/{quote['quote_id']}")).code == "unknown_quote"
    assert refused(lambda: accept(journey, quote, version=9)).code == "stale_version"
    journey.accept()
    assert refused(lambda: accept(journey, quote)).code == "quote_already_accepted"
    assert refused(lambda: accept(journey, other)).status == 409

    mission = f"/missions/{journey.mission_id}"
    rate = {"day_rate": {"amount": 99_900, "currency": "EUR"}}
    assert refused(lambda: journey.winner.person.post(f"{mission}/amend", rate)).code in ("rate_locked", "mission_not_in_state")
    if stack.policy == "mission-internationale":
        assert refused(lambda: journey.winner.person.post(f"{mission}/start")).code == "not_funded"
    journey.fund(1)
    journey.wait_mission("active")
    assert refused(lambda: pay(journey, 1)).code == "already_funded"
    assert refused(lambda: journey.winner.person.post(f"{mission}/amend", rate)).code == "rate_locked"  # M29
    assert refused(lambda: journey.company.post(f"{mission}/validate")).code == "mission_not_in_state"
    assert refused(lambda: journey.experts[1].person.get(mission)).code == "unknown_mission"
    escrow = journey.escrow()
    assert escrow["held"]["amount"] + escrow["released"]["amount"] == escrow["instalments"][0]["ttc"]["amount"]


def test_an_expert_without_a_legal_status_cannot_quote(stack):
    """A20: the draft is kept, sending is refused with what is missing."""
    journey = journey_on(stack, BY_NAME[MAIN[stack.policy]])
    journey.begin()
    account = journey.visitor.post(
        "/accounts/experts",
        {
            "email": f"nouveau.{journey.run}@conseil.example",
            "password": "a long walk to the sea 2026",
            "first_name": "Luc",
            "last_name": "Nouveau",
            "phone": "+33611111111",
            "birth_date": "1965-01-01",
            "years_of_experience": 35,
            "accept_terms": True,
        },
    )
    token = journey._token(f"nouveau.{journey.run}@conseil.example")
    newcomer = journey._person(token)
    sheet = journey.company.post("/sheets", {"title": "Audit", "objectives": "Un audit."})["sheet_id"]
    body = {"expert_ids": [account["expert_id"]]}
    offers = until(lambda: attempt(lambda: journey.company.post(f"/sheets/{sheet}/offers", body)), "the newcomer is known")
    draft = newcomer.post("/quotes", {"offer_id": offers["items"][0]["offer_id"], "content": journey.quote_content()})

    problem = refused(lambda: newcomer.post(f"/quotes/{draft['quote_id']}/send"))

    assert problem.code == "cannot_quote_yet"
    assert "legal_entity" in str(problem.problem)


def attempt(call):
    try:
        return call()
    except Refused:
        return None


def accept(journey: Journey, quote: dict, version: int | None = None):
    return journey.company.post(f"/quotes/{quote['quote_id']}/accept", {"version": version or quote["version"]})


def pay(journey: Journey, instalment: int):
    body = {"means": "card", "payment_method": "pm_card_visa"}
    return journey.company.post(f"/missions/{journey.mission_id}/instalments/{instalment}/payments", body)


def refused(call) -> Refused:
    with pytest.raises(Refused) as told:
        call()
    return told.value

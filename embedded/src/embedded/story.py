"""`make story`: one whole mission through the public API of a running demo, told step by step.

Who did what, where the mission stands, what the ledger says, which documents were issued and which mails were sent. Nothing is
staged: every line is read back from the API after the step.
"""

import sys
from collections.abc import Callable
from textwrap import shorten
from typing import Any

from embedded.cast import Case
from embedded.client import Person, until
from embedded.journey import Journey

MEANS = {"card": "by card", "transfer": "by bank transfer with the reference"}


def tell(base_url: str, operators: tuple[Person, Person], policy: str, say: Callable[[str], object] = print) -> Journey:
    """Plays the mission and says each step; answers the journey played."""
    journey = Journey(base_url, operators, policy, Case(), patience_seconds=15)
    _meet(journey, say)
    _agree(journey, say)
    _work(journey, say)
    _settle(journey, say)
    return journey


def _meet(journey: Journey, say: Callable[[str], object]) -> None:
    _title(say, 1, "Sign-up")
    journey.sign_up_company()
    say("  company  Camille Roche signs up for Atelier Mécanique SAS and gives SIREN, VAT number and address")
    for first_name, last_name, title, skills in (
        ("Hélène", "Marchand", "Directrice industrielle", ("lean manufacturing", "usinage")),
        ("Bruno", "Keller", "Expert qualité usinage", ("qualité", "usinage")),
        ("Françoise", "Petit", "Consultante en performance industrielle", ("lean manufacturing",)),
    ):
        expert = journey.sign_up_expert(first_name, last_name, title=title, skills=skills)
        say(f"  expert   {expert.name} signs up: profile, photo, legal entity, charter, billing mandate")

    _title(say, 2, "Admission and identity documents")
    for expert in journey.experts:
        case = journey.admit(expert)
        say(f"  operator {expert.name}: {case['votes_for']} vote(s) for, {case['state']}")
    journey.upload(journey.winner, "identity_proof", "piece-refused.png")
    refusal = journey.in_time(lambda: _document(journey, "refused"), "the refusal")
    say(f"  provider {journey.winner.name}'s identity proof is refused: {refusal['reason']}")
    kyc = journey.verify_identity(journey.winner)
    say(f"  provider uploaded again with the others: {kyc['state']}")

    _title(say, 3, "Search")
    hit = journey.found(journey.winner, "usinage")
    total = journey.search("usinage")["total"]
    say(
        f"  visitor  searches «usinage»: {total} found, among them {hit['name']}, {hit['title']}, {_money(hit['day_rate'])} a day"
    )
    journey.open_profile(journey.winner)
    say("  visitor  opens the profile: counted as a view")

    _title(say, 4, "Conversation")
    for message in reversed(journey.talk()):
        say(f"  {message['author_role']:<8} {message['author_name']}: {message['text']}")


def _agree(journey: Journey, say: Callable[[str], object]) -> None:
    _title(say, 5, "Offer and quotes")
    say(f"  company  sends one mission offer to {len(journey.send_offers())} experts")
    declined = journey.decline(journey.experts[2])
    say(f"  expert   {journey.experts[2].name} declines: {declined['decline_reason']}")
    for expert in journey.experts[:2]:
        quote = journey.quote(expert)
        commission, vat = quote["commission"], quote["tax"]["rate_bp"] / 100
        say(f"  expert   {expert.name} quotes {_money(quote['ht'])} HT, VAT {vat:g} %, {_money(quote['ttc'])} TTC;")
        say(f"           commission {_money(commission['ttc'])} TTC, receives {_money(quote['expert_receives'])}")
    for each in journey.quotes[journey.winner.expert_id]["instalments"]:
        say(f"           {each['number']}. {_money(each['ttc'])}, asked for at {each['fund']}, released at {each['release']}")

    _title(say, 6, "Acceptance, which is the signature")
    journey.accept()
    mission = _mission(journey)
    proof = mission["evidence"]
    say(f"  company  {proof['name']} accepts version {mission['quote_version']}, sha256 {proof['document_sha256'][:16]}…")
    say(f"           mission {mission['reference']}: {mission['state']}")
    lost = until(lambda: _mail(journey.experts[1].person, "quote_refused"), "the other expert is told")
    say(f"  mail     to {journey.experts[1].name}: {lost['subject']}")


def _work(journey: Journey, say: Callable[[str], object]) -> None:
    _title(say, 7, "Prepayment into escrow")
    _pay(journey, 1, say)
    journey.wait_mission("active")
    say(f"           mission {_mission(journey)['state']}")
    instalments = len(journey.escrow()["instalments"])

    _title(say, 8, "Work, report, validation")
    if instalments > 1:
        say(f"  expert   {journey.winner.name} asks for the second instalment, mid-mission")
        journey.release_mid_mission(2)
        say(f"  company  pays it {MEANS[journey.case.means[1]]} and approves: released")
    journey.report()
    say(f"  expert   files the report: mission {_mission(journey)['state']}")
    reminder = journey.in_time(lambda: _mail(journey.company, "report_reminder"), "a reminder")
    say(f"  mail     days of silence later, to the company: {reminder['subject']}")
    for instalment in range(3, instalments + 1):
        _pay(journey, instalment, say)
    journey.validate()
    say("  both     validate the report" if journey.policy == "akigora" else "  company  validates the report")


def _settle(journey: Journey, say: Callable[[str], object]) -> None:
    _title(say, 9, "Release, payout, documents")
    journey.close()
    say(f"           mission {_mission(journey)['state']}")
    for payout in journey.payouts():
        say(f"  payout   instalment {payout['instalment']}: {_money(payout['amount'])}, {payout['state']}")
    say("  ledger   of the mission, as its parties read it:")
    journal = 0
    for line in journey.ledger()["lines"]:
        if line["journal_id"] != journal:
            journal = line["journal_id"]
            say(f"           {line['at'][:10]} {line['kind']}")
        side = f"{_money(line['debit']):>14}" if line["debit"]["amount"] else f"{'':14} {_money(line['credit']):>14}"
        say(f"             {shorten(_plain(line['account']), 44):<44} {side}")
    say("  documents")
    for document in journey.documents():
        number, kind = document["number"], document["kind"].replace("_", " ")
        say(f"           {number:<22} {kind:<20} {_money(document['ttc']):>14} TTC")

    _title(say, 10, "Reviews, and what was sent")
    journey.review()
    until(lambda: journey.found(journey.winner, "usinage")["ratings"], "the rating")
    hit = journey.found(journey.winner, "usinage")
    say(f"  company  rates {hit['name']}: {hit['rating']:g} of 5, shown in search")
    dashboard = journey.winner.person.get("/dashboard")
    say(f"  expert   dashboard: {_money(dashboard['revenue_12_months'])} HT in twelve months")
    say("  mails and SMS")
    readers = (journey.company, journey.winner.person)
    sent = [mail for reader in readers for mail in reader.get("/notifications", limit=100)["items"]]
    for mail in sorted(sent, key=lambda mail: mail["notification_id"]):
        say(f"           {mail['channel']:<6} {mail['state']:<7} {shorten(mail['subject'] or mail['text'], 90)}")


def _pay(journey: Journey, instalment: int, say: Callable[[str], object]) -> None:
    payin = journey.fund(instalment)
    say(f"  company  pays instalment {instalment}, {_money(payin['amount'])}, {MEANS[payin['means']]}: held in escrow")


def _title(say: Callable[[str], object], number: int, text: str) -> None:
    say(f"\n{number:>2}. {text}")


def _mission(journey: Journey) -> dict[str, Any]:
    return dict(journey.company.get(f"/missions/{journey.mission_id}"))


def _document(journey: Journey, state: str) -> dict[str, Any] | None:
    return next((each for each in journey.winner.person.get("/kyc")["documents"] if each["state"] == state), None)


def _mail(person: Person, kind: str) -> dict[str, Any] | None:
    return next((mail for mail in person.get("/notifications", limit=100)["items"] if mail["kind"] == kind), None)


def _money(amount: dict[str, Any]) -> str:
    units, cents = divmod(abs(amount["amount"]), 100)
    return f"{'-' if amount['amount'] < 0 else ''}{units:,}.{cents:02d} €".replace(",", "\u202f")


def _plain(account: str) -> str:
    """An account without the long ids, which the reader knows."""
    return ":".join(part for part in account.split(":") if not ("_" in part and len(part) > 25))


def main(base_url: str, operators: tuple[Person, Person], policy: str) -> int:
    """The process's exit status: 0 when the whole story could be told."""
    try:
        tell(base_url, operators, policy)
    except (OSError, TimeoutError) as error:
        sys.stderr.write(f"\nThe story stops here: {error}\n")
        return 1
    return 0

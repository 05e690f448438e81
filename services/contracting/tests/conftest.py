"""What contracting's tests are made of: the two presets, quotes with literal amounts, and agreed missions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.settings import Settings
from contracting import config
from contracting.domain.mission import Mission
from contracting.domain.policy import ContractingPolicy, PolicyName
from contracting.domain.quote import Quote, SentVersion, Terms
from contracting.domain.schedule import Schedule
from contracts.contracting.v1.rpc import CommissionTerms, QuoteContent, QuoteLine, TaxTerms
from contracts.payments.v1.rpc import CommissionPreview, InstalmentCommission
from contracts.shapes import Address, Evidence, Party, PartyKind
from kernel.money import Money, total

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
EXPERT = "exp_01JD0000000000000000000001"
COMPANY = "cmp_01JD0000000000000000000002"


def preset(name: str) -> config.Config:
    return config.load(Settings("contracting", {"POLICY": name}))


@pytest.fixture(scope="session")
def akigora() -> ContractingPolicy:
    return preset("akigora").policy


@pytest.fixture(scope="session")
def mission_internationale() -> ContractingPolicy:
    return preset("mission-internationale").policy


@pytest.fixture(scope="session", params=["akigora", "mission-internationale"])
def any_policy(request: pytest.FixtureRequest) -> ContractingPolicy:
    return preset(request.param).policy


@pytest.fixture
def now() -> datetime:
    return NOW


def written(**changes: Any) -> QuoteContent:
    """Eight days at 690.00: 5 520.00 HT."""
    line = QuoteLine(description="Consulting day", quantity="8", unit="day", unit_price=Money(69_000))
    plain = QuoteContent(
        title="Fewer rejects on line 3",
        objectives="From 6 % to 2 % of rejects.",
        deliverables="A diagnosis and a plan.",
        lines=(line,),
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 1, 18),
    )
    return replace(plain, **changes)


@pytest.fixture
def content() -> Callable[..., QuoteContent]:
    return written


def party(id: str, name: str) -> Party:
    address = Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR", zone="MET")
    return Party(id=id, kind=PartyKind.BUSINESS, name=name, address=address, siren="404833048", vat_id="FR83404833048")


def commission_of(schedule: Schedule, ttc: Money) -> CommissionPreview:
    """All of it withheld from the first instalment."""
    withheld = [ttc if part.number == 1 else Money(0) for part in schedule.instalments]
    return CommissionPreview(
        terms=CommissionTerms(
            rate_bp=1500,
            base="mission_ht",
            timing="first_instalment",
            vat_rate_bp=2000,
            vat_category="S",
            vat_mention="",
            ht=Money(0),
            vat=Money(0),
            ttc=ttc,
        ),
        instalments=tuple(
            InstalmentCommission(number=part.number, withheld=held, expert_receives=part.ttc - held)
            for part, held in zip(schedule.instalments, withheld, strict=True)
        ),
        expert_receives=total([part.ttc for part in schedule.instalments]) - ttc,
    )


def version_of(quote: Quote, policy: ContractingPolicy, at: datetime = NOW) -> SentVersion:
    weights = quote.content.weights or tuple(step.weight for step in policy.schedule)
    schedule = Schedule.divide(quote.ht, weights, 2000)
    commission = commission_of(schedule, Money(99_360))
    terms = Terms(
        quote_id=quote.id,
        version=quote.next_version,
        seller=party(quote.expert_id, "Marchand Conseil"),
        buyer=party(quote.company_id, "Atelier Mécanique SAS"),
        content=quote.content,
        ht=quote.ht,
        vat=schedule.vat,
        ttc=schedule.ttc,
        tax=TaxTerms(rate_bp=2000, category="S"),
        commission=commission.terms,
        instalments=schedule.with_commission(policy.schedule, commission),
        expert_receives=commission.expert_receives,
        policy=PolicyName(name="a-preset", version="2026-11-01"),
        sent_at=at,
        expires_at=at + timedelta(days=policy.quote_validity_days),
    )
    return SentVersion.of(terms, policy)


@pytest.fixture
def version() -> Callable[..., SentVersion]:
    return version_of


def drafted(content: QuoteContent | None = None) -> Quote:
    return Quote.drafted(EXPERT, COMPANY, content or written(), NOW, sheet_id=None, offer_id=None)


@pytest.fixture
def draft() -> Callable[..., Quote]:
    return drafted


def agreed_under(policy: ContractingPolicy) -> Mission:
    """A mission of 5 520.00 HT, just accepted, its first funds asked for."""
    quote = drafted()
    quote.send(version_of(quote, policy))
    signed = quote.accept(1, "mis_01JD0000000000000000000003", NOW)
    evidence = Evidence(
        account_id="acc_1", name="Camille Roche", at=NOW.isoformat(), ip="192.0.2.7", user_agent="", document_sha256=signed.sha256
    )
    mission = Mission.agreed("mis_01JD0000000000000000000003", "RF462026000123", quote, signed, evidence, NOW)
    mission.ask_for_first_funds()
    return mission


@pytest.fixture
def agreed() -> Callable[[ContractingPolicy], Mission]:
    return agreed_under

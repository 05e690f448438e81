"""Contracts and facts of missions as contracting and payments would tell them, with the numbers of the worked examples."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.adapters.data_files import read_toml, tax_tables, wording
from billing.domain.desk import Desk
from contracts.contracting.v1.events import MissionCancelled, MissionValidated, QuoteAccepted
from contracts.contracting.v1.rpc import CommissionTerms, FundTrigger, InstalmentPlan, QuoteLine, ReleaseTrigger, TaxTerms
from contracts.payments.v1.events import CommissionWithheld, InstalmentFunded, InstalmentRefunded, InstalmentReleased
from contracts.shapes import Address, Evidence, Party, PartyKind
from kernel.money import Money, line_amount, total

PARIS = Address(line1="12 rue des Forges", postcode="31000", city="Toulouse", country="FR", zone="MET")
BERLIN = Address(line1="Torstraße 12", postcode="10119", city="Berlin", country="DE")

EXPERT = Party(
    id="exp_1",
    kind=PartyKind.BUSINESS,
    name="Hélène Roche Conseil",
    address=Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR", zone="MET"),
    legal_form="SASU",
    siren="404833048",
    vat_id="FR83404833048",
    share_capital_cents=500_000,
    registry="RCS Nantes 404 833 048",
)
CLIENT = Party(
    id="com_1",
    kind=PartyKind.BUSINESS,
    name="Atelier Mécanique SAS",
    address=PARIS,
    siren="552081317",
    vat_id="FR03552081317",
    accounting_email="compta@atelier.example",
    purchase_order_number="AM-2026-117",
)
ACCEPTED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FUNDS = (FundTrigger.ACCEPTANCE, FundTrigger.MID_MISSION, FundTrigger.COMPLETION)
RELEASES = (ReleaseTrigger.FUNDING, ReleaseTrigger.EXPERT_REQUEST, ReleaseTrigger.VALIDATION)


@dataclass(frozen=True)
class Story:
    """One mission: its contract, and what is told of it."""

    contract: QuoteAccepted

    def _named(self, *, company: bool = True) -> dict[str, str]:
        named = {"mission_id": self.contract.mission_id, "expert_id": self.contract.expert_id}
        return named | ({"company_id": self.contract.company_id} if company else {})

    def plan(self, number: int) -> InstalmentPlan:
        return self.contract.instalments[number - 1]

    def last(self, number: int) -> bool:
        return number == len(self.contract.instalments)

    def funded(self, number: int, day: int = 3) -> InstalmentFunded:
        at = datetime(2026, 11, day, 10, 0, tzinfo=UTC)
        told = {"amount": self.plan(number).ttc, "means": "card", "funded_at": at, "last": self.last(number)}
        return InstalmentFunded(**self._named(), instalment=number, **told)

    def released(self, number: int, day: int = 20) -> InstalmentReleased:
        plan = self.plan(number)
        return InstalmentReleased(
            **self._named(),
            instalment=number,
            amount=plan.ttc,
            withheld=plan.commission,
            expert_receives=plan.expert_receives,
            released_at=datetime(2026, 11, day, 10, 0, tzinfo=UTC),
            last=self.last(number),
        )

    def withheld(self, number: int) -> CommissionWithheld:
        terms = self.contract.commission
        return CommissionWithheld(
            **self._named(company=False),
            instalment=number,
            withheld=self.plan(number).commission,
            timing=terms.timing,
            commission_ht=terms.ht,
            commission_vat=terms.vat,
            commission_ttc=terms.ttc,
            vat_rate_bp=terms.vat_rate_bp,
            vat_category=terms.vat_category,
            vat_mention=terms.vat_mention,
        )

    def refunded(self, number: int, cents: int | None = None) -> InstalmentRefunded:
        amount = self.plan(number).ttc if cents is None else Money(cents)
        return InstalmentRefunded(**self._named(), instalment=number, amount=amount, reason="Mission annulée")

    def validated(self, day: int = 19) -> MissionValidated:
        at = datetime(2026, 11, day, 16, 0, tzinfo=UTC)
        return MissionValidated(**self._named(), title=self.contract.title, validated_at=at)

    def cancelled(self) -> MissionCancelled:
        return MissionCancelled(**self._named(), title=self.contract.title, reason="Le besoin a disparu")

    def whole_life(self) -> list:
        """Everything that is told of a mission that goes well, in the natural order."""
        facts: list = []
        for number in range(1, len(self.contract.instalments) + 1):
            facts.append(self.funded(number, day=2 + number))
            if self.last(number):
                facts.append(self.validated())
            facts.append(self.released(number, day=19 + number))
            if self.plan(number).commission:
                facts.append(self.withheld(number))
        return facts


@dataclass(frozen=True)
class Stories:
    """Makes missions. Akigora: 30/30/40, 15 % of the whole, withheld first. Mission Internationale: all at once, 10 % at release."""

    def akigora(self, quantity: str = "8", rate_cents: int = 69_000, weights: tuple[int, ...] = (30, 30, 40), **more) -> Story:
        return self._story(quantity, rate_cents, weights, 1500, "first_instalment", **more)

    def mission_internationale(self, quantity: str = "8", rate_cents: int = 69_000, **more) -> Story:
        return self._story(quantity, rate_cents, (100,), 1000, "release", **more)

    def _story(self, quantity, rate_cents, weights, commission_bp, timing, *, mission_id="mis_1", expert=EXPERT, client=CLIENT,
               tax=None, commission_vat_bp=2000, lines=None) -> Story:  # fmt: skip
        tax = tax or TaxTerms(rate_bp=2000, category="S", source_rule="domestic taxes")
        day = QuoteLine(
            description="Conseil en organisation industrielle", quantity=quantity, unit="day", unit_price=Money(rate_cents)
        )
        lines = lines or (day,)
        ht = total([line_amount(Decimal(line.quantity), line.unit_price) for line in lines])
        commission_ht = ht.at_rate(commission_bp)
        commission = CommissionTerms(
            rate_bp=commission_bp, base="mission_ht", timing=timing, vat_rate_bp=commission_vat_bp,
            vat_category="S" if commission_vat_bp else "AE", vat_mention="", ht=commission_ht, vat=commission_ht.at_rate(commission_vat_bp),
            ttc=commission_ht + commission_ht.at_rate(commission_vat_bp),
        )  # fmt: skip
        plans = _plans(ht, weights, tax.rate_bp, commission.ttc)
        contract = QuoteAccepted(
            mission_id=mission_id, reference="M-2026-0117", quote_id="quo_1", version=2, company_id=client.id, expert_id=expert.id,
            title="Réduire les rebuts de l'atelier d'usinage", seller=expert, buyer=client, lines=lines, ht=ht,
            vat=total([plan.vat for plan in plans]), ttc=total([plan.ttc for plan in plans]), tax=tax, commission=commission,
            instalments=plans, starts_on=date(2026, 11, 4), ends_on=date(2026, 11, 19), service_kind="consulting",
            evidence=Evidence(account_id="acc_1", name="Camille Roche", at="2026-11-02T09:00:00Z", ip="192.0.2.7",
                              user_agent="Firefox", document_sha256="9f2c" * 16),
            policy="akigora", policy_version="2026-11-01", accepted_at=ACCEPTED_AT,
        )  # fmt: skip
        return Story(contract)


def _plans(ht: Money, weights: tuple[int, ...], rate_bp: int, commission: Money) -> tuple[InstalmentPlan, ...]:
    plans, left, last = [], commission, len(weights) - 1
    for index, part in enumerate(ht.split(weights)):
        ttc = part + part.at_rate(rate_bp)
        withheld = left if left <= ttc else ttc
        left -= withheld
        plans.append(
            InstalmentPlan(
                number=index + 1, ht=part, vat=part.at_rate(rate_bp), ttc=ttc, commission=withheld, expert_receives=ttc - withheld,
                fund=FUNDS[0] if index == 0 else FUNDS[2] if index == last else FUNDS[1],
                release=RELEASES[2] if index == last else RELEASES[0] if index == 0 else RELEASES[1],
            )
        )  # fmt: skip
    return tuple(plans)


@pytest.fixture
def stories() -> Stories:
    return Stories()


@pytest.fixture
def desk() -> Desk:
    platform = read_toml("platform.toml")
    address = Address(**platform.pop("address"))
    return Desk(
        Party(id="platform", kind=PartyKind.BUSINESS, name="Akigora", address=address, **platform), wording(), tax_tables()
    )


@pytest.fixture
def german_client() -> Party:
    return replace(CLIENT, name="Maschinenbau Müller GmbH", address=BERLIN, siren="", vat_id="DE136695976", locale="en")

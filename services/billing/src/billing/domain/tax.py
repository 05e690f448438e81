"""The VAT decision: which rate, category and wording a service between two parties bears on a day, or why nobody can say yet.

The law decides, by the numbered cases of the specification ("VAT decision", 1-18); the sources' simplified rule (M32-M35) is
computed beside it as an explanation and never issues anything. Pure: the same case and tables give the same decision. What cannot
be decided is held, blocked or sent to a person; nothing fails open.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from billing.domain.tax_tables import Area, Place, TaxTables


class Vies(StrEnum):
    """What the Commission's register says of a VAT id; `n/a` when it was not asked."""

    VALID = "valid"
    INVALID = "invalid"
    UNAVAILABLE = "unavailable"
    NOT_ASKED = "n/a"


class Action(StrEnum):
    """issue: go on; hold: ask again later; block: the expert must act; review: a person decides; reroute: another sells."""

    ISSUE = "issue"
    HOLD = "hold"
    BLOCK = "block"
    REVIEW = "review"
    REROUTE = "reroute"


@dataclass(frozen=True, kw_only=True)
class TaxCase:
    """The question. Statuses as in `VatStatus`; buyer kinds as in `PartyKind`, and `nontaxable_with_vat` for a legal person
    that is identified for VAT without being taxable."""

    seller: Place
    seller_status: str
    seller_vat_id: str
    buyer: Place
    buyer_kind: str
    buyer_vat_id: str
    vies: Vies
    service_kind: str
    on: date

    @property
    def buyer_is_consumer(self) -> bool:
        return self.buyer_kind in ("individual", "nontaxable")

    @property
    def buyer_is_identified(self) -> bool:
        return not self.buyer_is_consumer and bool(self.buyer_vat_id)

    @property
    def seller_has_eu_id(self) -> bool:
        """A number of the cross-border small enterprises' scheme (ending in EX) is not a VAT id."""
        return bool(self.seller_vat_id) and not self.seller_vat_id.upper().endswith("EX")


@dataclass(frozen=True, kw_only=True)
class TaxDecision:
    """The answer. `rate_bp` in basis points, None when there is none to apply; `category` as in EN 16931 (S, E, AE, O)."""

    action: Action
    rate_bp: int | None = None
    category: str = ""
    vatex: str = ""
    mention: str = ""
    reporting: str = ""
    reason: str = ""
    source_rule: str = ""
    agrees_with_source: bool = False


@dataclass(frozen=True, kw_only=True)
class _Deciding:
    case: TaxCase
    tables: TaxTables

    def decide(self) -> TaxDecision:
        case = self.case
        if case.service_kind in self.tables.special_services:
            return TaxDecision(action=Action.REVIEW, reason="special_place_of_supply")
        if case.seller_status == "portage":  # case 18: the portage company sells, and is registered
            decided = replace(self, case=replace(case, seller_status="registered")).decide()
            rerouted = decided.action is Action.ISSUE
            return replace(decided, action=Action.REROUTE, reason="portage_company_sells") if rerouted else decided
        by_area = {Area.FRANCE: self._from_france, Area.UNION: self._from_union, Area.THIRD: self._from_third}
        return by_area[case.seller.area]()

    def _from_france(self) -> TaxDecision:
        by_area = {Area.FRANCE: self._inside_france, Area.UNION: self._france_to_union, Area.THIRD: self._france_to_third}
        return by_area[self.case.buyer.area]()

    def _inside_france(self) -> TaxDecision:
        """Cases 1-6, 17, 18."""
        case = self.case
        if case.buyer_is_consumer:
            return self._at_supplier("EREP-B2C")
        if case.buyer.zone in self.tables.untaxed_zones:
            return self._untaxed("untaxed_zone", "EREP-B2BINT")
        reporting = "EINV-CHORUS" if case.buyer_kind == "public" else "EINV"
        if case.buyer.country != "FR" or case.seller.zone in self.tables.untaxed_zones:
            reporting = "REVIEW"
        return self._exempt(reporting) or self._standard(case.buyer, reporting)

    def _france_to_union(self) -> TaxDecision:
        """Cases 7-11, 13."""
        case = self.case
        reporting = "EREP-B2C" if case.buyer_is_consumer else "EREP-B2BINT"
        if not case.buyer_is_identified:
            return self._at_supplier(reporting)
        if not case.seller_vat_id:
            return TaxDecision(action=Action.BLOCK, reason="seller_needs_vat_id")
        if held := self._held_by_vies():
            return held
        return self._reverse_charge("reverse_charge", reporting)

    def _france_to_third(self) -> TaxDecision:
        """Cases 12 and 14."""
        case = self.case
        if not case.buyer_is_consumer:
            return self._untaxed("outside_business", "EREP-B2BINT")
        if case.service_kind in self.tables.advisory_services:
            return self._untaxed("outside_individual", "EREP-B2C")
        return self._at_supplier("EREP-B2C")

    def _from_union(self) -> TaxDecision:
        """Cases 15 and 16, from another member state."""
        case = self.case
        if case.seller.country == case.buyer.country and case.buyer.area is Area.UNION:
            return self._local(case.seller)
        if case.buyer.area is Area.THIRD:
            return self._not_subject()
        if case.buyer_is_consumer or (case.buyer.area is Area.UNION and not case.buyer_is_identified):
            return self._local(case.seller)
        if case.buyer.area is Area.FRANCE:
            return self._into_france()
        if not case.seller_has_eu_id:
            return TaxDecision(action=Action.BLOCK, reason="seller_needs_vat_id")
        return self._held_by_vies() or self._reverse_charge("reverse_charge_elsewhere", "FOREIGN")

    def _from_third(self) -> TaxDecision:
        """Cases 15 and 16, from outside the Union: only the French side is known well enough to issue by itself."""
        case = self.case
        if case.seller.country == case.buyer.country:
            return replace(self._local(case.seller), action=Action.REVIEW, reason="local_rules")
        if case.buyer.area is Area.FRANCE and not case.buyer_is_consumer:
            return self._into_france()
        return self._not_subject()

    def _into_france(self) -> TaxDecision:
        """Case 15: the buyer self-assesses (art. 283-2 CGI)."""
        case = self.case
        if case.buyer.zone in self.tables.untaxed_zones:
            return replace(self._untaxed("untaxed_zone", "BUYER-EREP"), action=Action.REVIEW, reason="untaxed_zone")
        if case.seller_status == "sme_exempt" and case.seller_vat_id.upper().endswith("EX"):
            return self._issued(0, "E", "", "sme_cross_border", "BUYER-EREP")
        asked = case.seller.area is Area.UNION and case.vies is not Vies.NOT_ASKED
        return (self._held_by_vies() if asked else None) or self._reverse_charge("reverse_charge_into_france", "BUYER-EREP")

    def _held_by_vies(self) -> TaxDecision | None:
        """Case 11. An answer that is missing holds; a refusal holds too, and shows what would be due without an id."""
        if self.case.vies is Vies.VALID:
            return None
        if self.case.vies is Vies.INVALID:
            return replace(self._at_supplier("EREP-B2BINT"), action=Action.HOLD, reason="buyer_vat_id_invalid")
        return TaxDecision(action=Action.HOLD, reason="vies_unavailable")

    def _at_supplier(self, reporting: str) -> TaxDecision:
        """Taxed where the supplier is (art. 45), the safe harbour for a business without an id too (case 10)."""
        case = self.case
        if case.seller.area is not Area.FRANCE:
            return self._local(case.seller)
        if case.seller.zone in self.tables.untaxed_zones:
            return self._untaxed("untaxed_zone", reporting)
        return self._exempt(reporting) or self._standard(case.seller, reporting)

    def _exempt(self, reporting: str) -> TaxDecision | None:
        """What the seller's own standing exempts in France."""
        case = self.case
        if case.seller_status == "exempt_training" and case.service_kind in self.tables.exempt_training_services:
            return self._issued(0, "E", "VATEX-FR-CGI261-4", "training", "NONE-OR-VOLUNTARY")
        if case.seller_status == "franchise":
            return self._issued(0, "E", "VATEX-FR-FRANCHISE", "franchise", reporting)
        return None

    def _local(self, place: Place) -> TaxDecision:
        """Case 16: the country's own rate; no French rule is applied to such a document."""
        if self.case.seller_status in ("sme_exempt", "franchise"):
            decided = self._issued(0, "E", "", f"sme_{place.country}", "FOREIGN")
            return decided if decided.mention else replace(decided, action=Action.REVIEW, reason="local_rules")
        return self._standard(place, "FOREIGN")

    def _standard(self, place: Place, reporting: str) -> TaxDecision:
        rate_bp = self.tables.rate_bp(place, self.case.on)
        if rate_bp is None:
            return TaxDecision(action=Action.REVIEW, reporting=reporting, reason="rate_unknown")
        return self._issued(rate_bp, "S", "", "", reporting)

    def _reverse_charge(self, mention: str, reporting: str) -> TaxDecision:
        return self._issued(0, "AE", "VATEX-EU-AE", mention, reporting)

    def _untaxed(self, mention: str, reporting: str) -> TaxDecision:
        return self._issued(0, "O", "VATEX-EU-O", mention, reporting)

    def _not_subject(self) -> TaxDecision:
        return replace(self._untaxed("not_subject", "FOREIGN"), action=Action.REVIEW, reason="local_rules")

    def _issued(self, rate_bp: int, category: str, vatex: str, mention: str, reporting: str) -> TaxDecision:
        wording = self.tables.mention(mention, self.case.on) if mention else ""
        return TaxDecision(
            action=Action.ISSUE, rate_bp=rate_bp, category=category, vatex=vatex, mention=wording, reporting=reporting
        )


def decide(case: TaxCase, tables: TaxTables) -> TaxDecision:
    """The VAT of a case, with the simplified rule's word beside it."""
    decided = _Deciding(case=case, tables=tables).decide()
    rule = source_rule(case, tables)
    return replace(decided, source_rule=rule, agrees_with_source=_agrees(rule, decided, case))


def source_rule(case: TaxCase, tables: TaxTables) -> str:
    """What the marketplace's help pages would say, by country and VAT id alone (M32-M35)."""
    seller, buyer = case.seller.country, case.buyer.country
    if seller == buyer:
        return "domestic taxes"
    if seller not in tables.eu or buyer not in tables.eu:
        return "no tax"
    return "reverse charge" if case.seller_has_eu_id and case.buyer_vat_id else "add VAT"


def _agrees(rule: str, decided: TaxDecision, case: TaxCase) -> bool:
    if decided.action in (Action.HOLD, Action.BLOCK):
        return False
    if rule == "domestic taxes":
        return decided.category == "E" or case.seller.zone == case.buyer.zone
    return decided.category == {"no tax": "O", "reverse charge": "AE", "add VAT": "S"}[rule]


def needs_vies(case: TaxCase) -> bool:
    """Whether the decision hangs on the buyer's VAT id: a business customer in another member state (cases 7-11).

    A French buyer owes the tax whatever his id (art. 283-2 CGI), so the register is not asked for him.
    """
    abroad = case.buyer.area is Area.UNION and case.seller.country != case.buyer.country
    return abroad and case.seller.area is not Area.THIRD and case.buyer_is_identified


def commission_case(expert: Place, vat_id: str, vies: Vies, on: date, tables: TaxTables) -> TaxCase:
    """The platform's commission as a case of its own: a registered company of the metropole sells to the expert, a business.

    By the expert's place: metropole 20, GP/MQ/RE 8.5, GF/YT none, Union with an id reverse charge, without one 20, others none.
    """
    return TaxCase(
        seller=tables.place("FR", "MET"),
        seller_status="registered",
        seller_vat_id="FR",
        buyer=expert,
        buyer_kind="business",
        buyer_vat_id="" if vat_id.upper().endswith("EX") else vat_id,
        vies=vies,
        service_kind="consulting",
        on=on,
    )

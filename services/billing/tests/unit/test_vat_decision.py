"""Every row of the specification's vectors, and the cases they leave out."""

import csv
from datetime import date
from pathlib import Path

import pytest

from billing.adapters.data_files import tax_tables
from billing.domain.tax import Action, TaxCase, TaxDecision, Vies, commission_case, decide, needs_vies

TABLES = tax_tables()
VECTORS = Path(__file__).parents[1] / "data" / "vat_vectors.csv"
ON = date(2026, 11, 2)
DECIDED = ("action", "rate", "category", "vatex", "mention_bt120", "reporting", "seed_rule", "agrees_with_seed")


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def case_of(row: dict[str, str]) -> TaxCase:
    return TaxCase(
        seller=TABLES.place(row["expert_country"], row["expert_zone"]),
        seller_status=row["expert_vat_status"].removesuffix("_ex_fr"),
        seller_vat_id=row["expert_vat_id"],
        buyer=TABLES.place(row["client_country"], row["client_zone"]),
        buyer_kind=row["client_type"],
        buyer_vat_id=row["client_vat_id"],
        vies=Vies(row["vies"]),
        service_kind=row["service_kind"],
        on=ON,
    )


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["id"])
def test_each_vector_is_decided_as_written(row):
    decided = decide(case_of(row), TABLES)

    assert {
        "action": decided.action.value,
        "rate": "" if decided.rate_bp is None else f"{decided.rate_bp // 100}.{decided.rate_bp % 100:02d}",
        "category": decided.category,
        "vatex": decided.vatex,
        "mention_bt120": decided.mention,
        "reporting": decided.reporting,
        "seed_rule": decided.source_rule,
        "agrees_with_seed": "Y" if decided.agrees_with_source else "N",
    } == {key: row[key] for key in DECIDED}


def decision(seller: str, buyer: str, *, on: date = ON, **more: str) -> TaxDecision:
    """`seller` and `buyer` are "FR/MQ" or "DE"; a registered seller with an id, a business buyer without one, unless said."""
    facts = {"seller_status": "registered", "seller_vat_id": "FR83404833048", "buyer_kind": "business", "buyer_vat_id": ""}
    facts |= {"vies": Vies.NOT_ASKED, "service_kind": "consulting"} | more
    return decide(TaxCase(seller=TABLES.place(*seller.split("/")), buyer=TABLES.place(*buyer.split("/")), on=on, **facts), TABLES)


@pytest.mark.parametrize(
    ("seller", "buyer", "more", "expected"),
    [
        ("FR/MET", "FR/MQ", {}, ("issue", 850, "S")),
        ("FR/GF", "FR/RE", {}, ("issue", 850, "S")),
        ("FR/MET", "FR/YT", {}, ("issue", 0, "O")),
        ("FR/MET", "GF", {"seller_status": "franchise", "seller_vat_id": ""}, ("issue", 0, "O")),
        ("FR/MET", "FR/GP", {"buyer_kind": "individual"}, ("issue", 2000, "S")),
        ("FR/GF", "FR/MET", {"buyer_kind": "individual"}, ("issue", 0, "O")),
        ("FR/MET", "FR/GP", {"buyer_kind": "public"}, ("issue", 850, "S")),
        ("FR/MET", "MC", {"buyer_kind": "individual"}, ("issue", 2000, "S")),
        ("MC", "FR/MET", {}, ("issue", 2000, "S")),
        ("FR/MET", "DE", {"seller_status": "franchise", "seller_vat_id": "", "buyer_kind": "individual"}, ("issue", 0, "E")),
        ("FR/MET", "DE", {"seller_status": "franchise", "seller_vat_id": ""}, ("issue", 0, "E")),
        ("FR/RE", "DE", {"buyer_kind": "individual"}, ("issue", 850, "S")),
        ("FR/MET", "ES/IC", {"buyer_vat_id": "ESX9999999X"}, ("issue", 0, "O")),
        ("FR/MET", "GB", {"buyer_vat_id": "XI123456789"}, ("issue", 0, "O")),
        ("FR/MET", "US", {"buyer_kind": "individual", "service_kind": "coaching"}, ("issue", 2000, "S")),
        ("FR/MET", "US", {"seller_status": "franchise", "seller_vat_id": ""}, ("issue", 0, "O")),
        ("DE", "FR/MET", {"seller_vat_id": "DE136695976", "buyer_vat_id": "FR03552081317"}, ("issue", 0, "AE")),
        ("DE", "FR/MET", {"seller_vat_id": "DE136695976", "buyer_kind": "individual"}, ("issue", 1900, "S")),
        ("DE", "AT", {"seller_vat_id": "DE136695976"}, ("issue", 1900, "S")),
        ("DE", "US", {"seller_vat_id": "DE136695976"}, ("review", 0, "O")),
        ("FR/MET", "FR/MET", {"service_kind": "catering"}, ("review", None, "")),
        ("BR", "BR", {"seller_status": "non_eu"}, ("review", None, "")),
    ],
)
def test_the_cases_between_the_vectors(seller, buyer, more, expected):
    decided = decision(seller, buyer, **more)

    assert (decided.action, decided.rate_bp, decided.category) == expected


@pytest.mark.parametrize("vies", [Vies.UNAVAILABLE, Vies.NOT_ASKED])
def test_without_an_answer_of_the_register_nothing_is_decided(vies):
    held = decision("FR/MET", "DE", buyer_vat_id="DE136695976", vies=vies)

    assert (held.action, held.rate_bp, held.reason) == (Action.HOLD, None, "vies_unavailable")


def test_an_id_the_register_refuses_holds_and_shows_french_vat():
    held = decision("FR/MET", "DE", buyer_vat_id="DE136695976", vies=Vies.INVALID)

    assert (held.action, held.rate_bp, held.category, held.reason) == (Action.HOLD, 2000, "S", "buyer_vat_id_invalid")


def test_the_register_matters_only_between_member_states():
    def asks(seller, buyer, vat_id):
        return needs_vies(
            TaxCase(
                seller=TABLES.place(*seller.split("/")),
                seller_status="registered",
                seller_vat_id="FR83404833048",
                buyer=TABLES.place(*buyer.split("/")),
                buyer_kind="business",
                buyer_vat_id=vat_id,
                vies=Vies.NOT_ASKED,
                service_kind="consulting",
                on=ON,
            )
        )

    assert asks("FR/MET", "DE", "DE136695976")
    assert asks("DE", "AT", "ATU13585627")
    assert not asks("FR/MET", "DE", "")
    assert not asks("FR/MET", "FR/MET", "FR03552081317")
    assert not asks("DE", "FR/MET", "FR03552081317")
    assert not asks("DE", "DE", "DE129273398")
    assert not asks("FR/MET", "GB", "GB980780684")


@pytest.mark.parametrize(
    ("expert", "vat_id", "vies", "expected"),
    [
        ("FR/MET", "FR83404833048", Vies.NOT_ASKED, ("issue", 2000, "S")),
        ("FR/MET", "", Vies.NOT_ASKED, ("issue", 2000, "S")),
        ("FR/MQ", "", Vies.NOT_ASKED, ("issue", 850, "S")),
        ("FR/GF", "", Vies.NOT_ASKED, ("issue", 0, "O")),
        ("DE", "DE136695976", Vies.VALID, ("issue", 0, "AE")),
        ("DE", "DE136695976", Vies.UNAVAILABLE, ("hold", None, "")),
        ("DE", "", Vies.NOT_ASKED, ("issue", 2000, "S")),
        ("DE", "DE123456789EX", Vies.NOT_ASKED, ("issue", 2000, "S")),
        ("MA", "", Vies.NOT_ASKED, ("issue", 0, "O")),
        ("NC", "", Vies.NOT_ASKED, ("issue", 0, "O")),
    ],
)
def test_the_commission_bears_the_vat_of_the_experts_place(expert, vat_id, vies, expected):
    decided = decide(commission_case(TABLES.place(*expert.split("/")), vat_id, vies, ON, TABLES), TABLES)

    assert (decided.action, decided.rate_bp, decided.category) == expected


def test_a_rate_is_the_one_of_the_day():
    before = decision("CH", "CH", seller_status="non_eu", on=date(2023, 12, 31))
    after = decision("CH", "CH", seller_status="non_eu", on=date(2024, 1, 1))

    assert (before.rate_bp, after.rate_bp) == (770, 810)


@pytest.mark.parametrize(
    ("postcode", "zone"),
    [("75011", "MET"), ("20000", "MET"), ("97110", "GP"), ("97200", "MQ"), ("97300", "GF"), ("97400", "RE"), ("97600", "YT")],
)
def test_an_address_without_a_zone_is_placed_by_its_postcode(postcode, zone):
    assert TABLES.place("FR", "", postcode).zone == zone


def test_saint_martin_is_a_third_territory():
    assert TABLES.place("FR", "", "97150").area == "third"

"""Commission to the cent: the worked examples A1, A5, A8, B1, B7 and what must hold for any mission."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.payments.v1.rpc import InstalmentAmounts
from kernel.money import Money, total
from payments.domain.commission import Withheld, agree, plan

EUR = Money


def schedule(ht_cents: int, weights: list[int], vat_bp: int) -> list[InstalmentAmounts]:
    parts = EUR(ht_cents).split(weights)
    return [
        InstalmentAmounts(number=number, ht=ht, vat=ht.at_rate(vat_bp), ttc=ht + ht.at_rate(vat_bp))
        for number, ht in enumerate(parts, 1)
    ]


def akigora(instalments: list[InstalmentAmounts], vat_bp: int = 2000):
    return agree(
        instalments,
        rate_bp=1500,
        base="mission_ht",
        timing="first_instalment",
        vat_rate_bp=vat_bp,
        vat_category="S",
        vat_mention="",
    )


def mission_internationale(instalments: list[InstalmentAmounts], vat_bp: int = 2000):
    return agree(
        instalments, rate_bp=1000, base="released_ht", timing="release", vat_rate_bp=vat_bp, vat_category="S", vat_mention=""
    )


def paid(instalments: list[InstalmentAmounts], parts: list[Withheld]) -> list[int]:
    return [(instalment.ttc - part.ttc).amount for instalment, part in zip(instalments, parts, strict=True)]


def test_a1_the_whole_commission_comes_off_the_first_instalment():
    instalments = schedule(552_000, [30, 30, 40], 2000)
    terms = akigora(instalments)

    parts = plan(terms, instalments)

    assert (terms.ht, terms.vat, terms.ttc) == (EUR(82_800), EUR(16_560), EUR(99_360))
    assert [part.ttc for part in parts] == [EUR(99_360), EUR(0), EUR(0)]
    assert paid(instalments, parts) == [99_360, 198_720, 264_960]


def test_a4_the_vat_of_the_commission_has_its_own_rate():
    instalments = schedule(552_000, [30, 30, 40], 2000)

    parts = plan(akigora(instalments, vat_bp=850), instalments)

    assert parts[0] == Withheld(ht=EUR(82_800), vat=EUR(7_038))
    assert paid(instalments, parts) == [108_882, 198_720, 264_960]


def test_a5_cents_are_rounded_half_up_once():
    instalments = schedule(459_263, [30, 30, 40], 2000)
    terms = akigora(instalments)

    parts = plan(terms, instalments)

    assert (terms.ht, terms.vat, terms.ttc) == (EUR(68_889), EUR(13_778), EUR(82_667))
    assert paid(instalments, parts) == [82_668, 165_335, 220_446]


def test_a8_what_does_not_fit_the_first_instalment_is_carried_over():
    instalments = schedule(552_000, [10, 40, 50], 2000)

    parts = plan(akigora(instalments), instalments)

    assert [part.ttc for part in parts] == [EUR(66_240), EUR(33_120), EUR(0)]
    assert parts[0] == Withheld(ht=EUR(55_200), vat=EUR(11_040))
    assert paid(instalments, parts) == [0, 231_840, 331_200]


def test_b1_a_prepaid_mission_bears_its_commission_at_the_release():
    instalments = schedule(552_000, [100], 2000)

    parts = plan(mission_internationale(instalments), instalments)

    assert parts == [Withheld(ht=EUR(55_200), vat=EUR(11_040))]
    assert paid(instalments, parts) == [596_160]


def test_b7_cents_of_a_prepaid_mission():
    instalments = schedule(459_263, [100], 2000)

    parts = plan(mission_internationale(instalments), instalments)

    assert parts == [Withheld(ht=EUR(45_926), vat=EUR(9_185))]
    assert paid(instalments, parts) == [496_005]


def test_commission_at_release_adds_up_to_the_rate_on_the_whole():
    instalments = schedule(100_003, [1, 1, 1], 2000)
    terms = mission_internationale(instalments)

    parts = plan(terms, instalments)

    assert [part.ht for part in parts] == [EUR(3_334), EUR(3_333), EUR(3_333)]
    assert sum(parts, Withheld()) == Withheld(ht=EUR(10_000), vat=EUR(2_000))


WEIGHTS = st.lists(st.integers(1, 100), min_size=1, max_size=8)
MISSIONS = st.tuples(st.integers(100_000, 50_000_000), WEIGHTS, st.sampled_from([0, 550, 2000]))


@given(MISSIONS, st.sampled_from([0, 850, 2000]), st.booleans())
def test_commission_is_withheld_to_the_cent_and_never_more_than_an_instalment_holds(mission, commission_vat_bp, at_once):
    instalments = schedule(*mission)
    terms = (akigora if at_once else mission_internationale)(instalments, commission_vat_bp)

    parts = plan(terms, instalments)

    for instalment, part in zip(instalments, parts, strict=True):
        assert Money(0) <= part.ht
        assert Money(0) <= part.vat
        assert part.ttc <= instalment.ttc
    assert total([part.ht for part in parts]) == terms.ht
    assert total([part.vat for part in parts]) == terms.vat


@given(MISSIONS)
def test_a_commission_too_large_for_small_instalments_is_never_a_debt(mission):
    instalments = schedule(*mission)
    terms = agree(
        instalments,
        rate_bp=10_000,
        base="mission_ht",
        timing="first_instalment",
        vat_rate_bp=2000,
        vat_category="S",
        vat_mention="",
    )

    parts = plan(terms, instalments)

    assert all(cents >= 0 for cents in paid(instalments, parts))
    assert total([part.ttc for part in parts]) == min(terms.ttc, total([instalment.ttc for instalment in instalments]))

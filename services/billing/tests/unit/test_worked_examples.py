"""The documents of the worked examples, to the cent: A1, A2, A3, A5, A6, A8, A9, A10, B1, B7."""

from datetime import UTC, date, datetime

import pytest

from billing.domain.desk import AmountsDiffer, Desk
from billing.domain.invoices import credit_note, deposit_invoice, final_invoice
from billing.domain.mission import Mission, VatEvent
from billing.domain.paper import Document, Paper, State
from billing.domain.platform_papers import commission_credit_note, commission_invoice, purchase_order, statement
from contracts.contracting.v1.rpc import TaxTerms


def mission_of(story, *facts, vat_event: VatEvent = VatEvent.FUNDING) -> Mission:
    mission = Mission(terms=story.contract, vat_event=vat_event, contest_days=14)
    for fact in facts or story.whole_life():
        mission = mission.hear(fact)
    return mission


def issued(paper: Paper, number: str, day: int = 5) -> Document:
    at = datetime(2026, 11, day, 12, 0, tzinfo=UTC)
    return Document(
        document_id=f"doc_{number}", paper=paper, state=State.ISSUED, expert_id="exp_1", company_id="com_1", created_at=at,
        number=number, issued_at=at, issued_on=date(2026, 11, day),
    )  # fmt: skip


def deposits(mission: Mission, desk: Desk) -> list[Document]:
    return [issued(deposit_invoice(mission, number, desk), f"PX-0042-2026-0001{number + 3}") for number in mission.deposits()]


def cents(paper: Paper) -> tuple[int, int, int, int, int]:
    """HT, VAT, TTC, paid (BT-113), due (BT-115)."""
    amounts = (paper.ht, paper.vat.amount, paper.ttc, paper.paid, paper.due)
    return tuple(money.amount for money in amounts)  # type: ignore[return-value]


def test_a1_and_a9_every_document_of_the_mission(stories, desk):
    mission = mission_of(stories.akigora())

    first, second = deposits(mission, desk)
    final = final_invoice(mission, [first, second], desk)
    commission = commission_invoice(mission, 0, desk)

    assert cents(first.paper) == cents(second.paper) == (165_600, 33_120, 198_720, 198_720, 0)
    assert (first.paper.type_code, first.paper.process) == ("386", "S2")
    assert cents(commission) == (82_800, 16_560, 99_360, 99_360, 0)
    assert (commission.type_code, commission.process) == ("380", "S2")
    assert cents(final) == (220_800, 44_160, 264_960, 0, 264_960)
    assert (final.type_code, final.process) == ("380", "S4")
    assert [(line.quantity, line.amount.amount) for line in final.lines] == [("8", 552_000), ("-1", -165_600), ("-1", -165_600)]
    assert [one.number for one in final.corrects] == ["PX-0042-2026-00014", "PX-0042-2026-00015"]
    assert sum(paper.ttc.amount for paper in (first.paper, second.paper, final)) == 662_400


def test_the_final_invoice_says_that_the_last_instalment_came_in_already(stories, desk):
    mission = mission_of(stories.akigora())

    final = final_invoice(mission, deposits(mission, desk), desk)

    assert final.settled_on == final.due_on == date(2026, 11, 5)
    assert any("Payée le 05/11/2026 par l'intermédiaire de Akigora ; rien ne reste à payer" in note.fr for note in final.notes)


def test_a2_a_franchise_expert_adds_no_vat_but_pays_it_on_the_commission(stories, desk):
    franchise = TaxTerms(rate_bp=0, category="E", vatex="VATEX-FR-FRANCHISE", mention="TVA non applicable, art. 293 B du CGI")
    mission = mission_of(stories.akigora(tax=franchise))

    papers = deposits(mission, desk)
    final = final_invoice(mission, papers, desk)

    assert [one.paper.ttc.amount for one in papers] == [165_600, 165_600]
    assert cents(final) == (220_800, 0, 220_800, 0, 220_800)
    assert final.vat.mention == "TVA non applicable, art. 293 B du CGI"
    assert cents(commission_invoice(mission, 0, desk))[:3] == (82_800, 16_560, 99_360)


def test_a3_reverse_charge_both_ways(stories, desk):
    reverse = TaxTerms(
        rate_bp=0, category="AE", vatex="VATEX-EU-AE", mention=desk.tables.mention("reverse_charge", date(2026, 11, 2))
    )
    mission = mission_of(stories.akigora(rate_cents=100_000, tax=reverse, commission_vat_bp=0))

    final = final_invoice(mission, deposits(mission, desk), desk)

    assert cents(final)[:3] == (320_000, 0, 320_000)
    assert final.vat.mention_en.startswith("Reverse charge: VAT to be accounted for by the customer")
    assert cents(commission_invoice(mission, 0, desk))[:3] == (120_000, 0, 120_000)


def test_a5_seven_and_a_half_days(stories, desk):
    mission = mission_of(stories.akigora(quantity="7.5", rate_cents=61_235))

    first, second = deposits(mission, desk)
    final = final_invoice(mission, [first, second], desk)

    assert cents(first.paper)[:3] == cents(second.paper)[:3] == (137_779, 27_556, 165_335)
    assert cents(final) == (183_705, 36_741, 220_446, 0, 220_446)
    assert cents(commission_invoice(mission, 0, desk)) == (68_889, 13_778, 82_667, 82_667, 0)


def test_a6_the_quote_is_the_sum_of_its_instalments_not_vat_on_the_whole(stories, desk):
    mission = mission_of(stories.akigora(quantity="1", rate_cents=100_003))

    order = purchase_order(mission, desk)

    assert cents(order) == (100_003, 20_000, 120_003, 0, 120_003)
    assert [payment.ttc.amount for payment in order.schedule] == [36_001, 36_001, 48_001]


def test_a8_a_commission_larger_than_the_first_instalment_is_invoiced_whole_and_carried_over(stories, desk):
    mission = mission_of(stories.akigora(weights=(10, 40, 50)))

    papers = deposits(mission, desk)

    assert [one.paper.ttc.amount for one in papers] == [66_240, 264_960]
    assert cents(final_invoice(mission, papers, desk))[2] == 331_200
    assert cents(commission_invoice(mission, 0, desk)) == (82_800, 16_560, 99_360, 66_240, 33_120)
    assert [cents(statement(mission, number, desk))[2] for number in (1, 2, 3)] == [0, 231_840, 331_200]


def test_a10_cancelled_after_the_first_instalment(stories, desk):
    story = stories.akigora()
    told = (story.funded(1), story.released(1), story.withheld(1), story.cancelled(), story.refunded(1))
    mission = mission_of(story, *told)
    (deposit,) = deposits(mission, desk)
    commission = issued(commission_invoice(mission, 0, desk), "C-2026-000123")

    credit = credit_note(mission, 1, deposit, desk)
    commission_credit = commission_credit_note(mission, 0, commission, desk)

    assert (credit.type_code, cents(credit)[:3]) == ("503", (-165_600, -33_120, -198_720))
    assert credit.corrects[0].number == "PX-0042-2026-00014"
    assert (commission_credit.type_code, cents(commission_credit)[:3]) == ("381", (-82_800, -16_560, -99_360))


@pytest.mark.parametrize(("quantity", "rate_cents", "expected", "commission"), [
    ("8", 69_000, (552_000, 110_400, 662_400, 662_400, 0), (55_200, 11_040, 66_240, 66_240, 0)),
    ("7.5", 61_235, (459_263, 91_853, 551_116, 551_116, 0), (45_926, 9_185, 55_111, 55_111, 0)),
], ids=["B1", "B7"])  # fmt: skip
def test_b1_and_b7_one_invoice_for_the_whole_already_paid(stories, desk, quantity, rate_cents, expected, commission):
    mission = mission_of(stories.mission_internationale(quantity=quantity, rate_cents=rate_cents), vat_event=VatEvent.RELEASE)

    invoice = final_invoice(mission, [], desk)

    assert (invoice.type_code, invoice.process, cents(invoice)) == ("380", "S2", expected)
    assert cents(commission_invoice(mission, 1, desk)) == commission


def test_part_of_an_instalment_is_credited_in_proportion(stories, desk):
    story = stories.akigora()
    mission = mission_of(story, story.funded(1), story.refunded(1, cents=100_000))

    credit = credit_note(mission, 1, *deposits(mission, desk), desk)

    assert cents(credit)[:3] == (-83_333, -16_667, -100_000)


def test_an_invoice_that_is_not_what_was_agreed_is_refused(stories, desk):
    mission = mission_of(stories.akigora())
    first, _ = deposits(mission, desk)

    with pytest.raises(AmountsDiffer):
        final_invoice(mission, [first], desk)

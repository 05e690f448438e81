"""What is printed: the mandatory mentions, the figures, both languages, many pages; the same bytes for the same document."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from billing.adapters import typst_press
from billing.adapters.typst_press import PressFailed, TypstPress, printable
from billing.domain.invoices import credit_note, deposit_invoice, final_invoice
from billing.domain.mission import Mission, VatEvent
from billing.domain.paper import Document, Paper, State
from billing.domain.platform_papers import commission_invoice, purchase_order, statement
from contracts.contracting.v1.rpc import QuoteLine, TaxTerms
from contracts.shapes import PartyKind
from kernel.money import Money

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def press() -> TypstPress:
    return TypstPress(lambda work, *what: work(*what))


def issued(paper: Paper, number: str = "PX-0042-2026-00014") -> Document:
    return Document(
        document_id="doc_1", paper=paper, state=State.ISSUED, expert_id="exp_1", company_id="com_1", created_at=AT,
        number=number, issued_at=AT, issued_on=date(2026, 11, 22),
    )  # fmt: skip


def pages(pdf: bytes) -> list[str]:
    """Page texts with every kind of space made one."""
    return [" ".join(page.extract_text().replace("\u202f", " ").split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def told(story, vat_event=VatEvent.FUNDING) -> Mission:
    mission = Mission(terms=story.contract, vat_event=vat_event, contest_days=14)
    for fact in story.whole_life():
        mission = mission.hear(fact)
    return mission


def test_a_deposit_invoice_bears_every_mandatory_mention(press, stories, desk):
    (text,) = pages(press.print(issued(deposit_invoice(told(stories.akigora()), 1, desk))))

    for mention in (
        "Facture d’acompte",
        "PX-0042-2026-00014",
        "22 novembre 2026",
        "Facture établie par Akigora au nom et pour le compte de Hélène Roche Conseil.",
        "SASU au capital de 5 000 €",
        "RCS Nantes 404 833 048",
        "SIREN 404 833 048",
        "N° TVA FR83404833048",
        "Atelier Mécanique SAS",
        "SIREN 552 081 317",
        "AM-2026-117",
        "du 04/11/2026 au 19/11/2026",
        "Acompte n° 1 sur 3 (30 %)",
        "1 656,00 €",
        "TVA 20 % 331,20 €",
        "1 987,20 €",
        "Net à payer 0,00 €",
        "Payée le 03/11/2026 par l’intermédiaire de Akigora",
        "Nature de l’opération : prestation de services.",
        "la commission de Akigora sur cette mission est de 828,00 € HT (15 %)",
        "Pas d’escompte pour paiement anticipé.",
        "majoré de 10 points",
        "frais de recouvrement en cas de retard de paiement : 40 €",
    ):
        assert mention in text


def test_a_sole_trader_in_franchise_is_named_so_and_bears_no_vat(press, stories, desk):
    from_franchise = TaxTerms(
        rate_bp=0, category="E", vatex="VATEX-FR-FRANCHISE", mention="TVA non applicable, art. 293 B du CGI"
    )
    story = stories.akigora(tax=from_franchise)
    seller = replace(story.contract.seller, name="Jean Lefèvre", legal_form="EI", share_capital_cents=None, vat_id="")
    mission = told(replace(story, contract=replace(story.contract, seller=seller)))

    (text,) = pages(press.print(issued(deposit_invoice(mission, 1, desk))))

    assert "au nom et pour le compte de Jean Lefèvre EI." in text
    assert "TVA non applicable, art. 293 B du CGI" in text
    assert "TVA 0,00 €" in text


def test_a_final_invoice_deducts_its_deposits_and_says_that_nothing_remains(press, stories, desk):
    mission = told(stories.akigora())
    deposits = [issued(deposit_invoice(mission, number, desk), f"PX-0042-2026-0001{number + 3}") for number in (1, 2)]

    (text,) = pages(press.print(issued(final_invoice(mission, deposits, desk), "PX-0042-2026-00018")))

    assert "Facture de solde" in text
    assert "Déduction de l’acompte n° 2 – facture PX-0042-2026-00015" in text
    assert "Net à payer 2 649,60 €" in text
    assert "Réglé le 05/11/2026 −2 649,60 € Reste à payer 0,00 €" in text
    assert "Prestation validée le 19/11/2026." in text


def test_a_reader_of_another_language_finds_english_beside_the_french(press, stories, desk, german_client):
    mention = desk.tables.mention("reverse_charge", date(2026, 11, 2))
    reverse = TaxTerms(rate_bp=0, category="AE", vatex="VATEX-EU-AE", mention=mention)
    mission = told(stories.akigora(tax=reverse, client=german_client))

    (text,) = pages(press.print(issued(deposit_invoice(mission, 1, desk))))

    assert "Facture d’acompte Deposit invoice" in text
    assert "Invoice issued by Akigora in the name and on behalf of Hélène Roche Conseil." in text
    assert "Autoliquidation – TVA due par le preneur (art. 283-2 du CGI ; art. 44 et 196 dir. 2006/112/CE)" in text
    assert "Reverse charge: VAT to be accounted for by the customer" in text
    assert "Allemagne N° TVA DE136695976" in text


def test_an_individual_is_not_shown_the_penalties_between_businesses(press, stories, desk):
    story = stories.akigora()
    person = replace(story.contract.buyer, kind=PartyKind.INDIVIDUAL, name="Paul Durand", siren="", vat_id="")
    mission = told(replace(story, contract=replace(story.contract, buyer=person)))

    (text,) = pages(press.print(issued(deposit_invoice(mission, 1, desk))))

    assert "Paul Durand" in text
    assert "pénalités" not in text
    assert "40 €" not in text


def test_many_long_lines_run_over_several_pages_with_the_head_repeated(press, stories, desk):
    long = "Accompagnement du comité de direction pendant la transformation : diagnostic, chantiers, indicateurs. " * 8
    lines = tuple(
        QuoteLine(description=f"Lot {number}. {long}", quantity="7.5", unit="day", unit_price=Money(61_235))
        for number in range(1, 19)
    )
    mission = told(stories.mission_internationale(lines=lines), VatEvent.RELEASE)

    texts = pages(press.print(issued(final_invoice(mission, [], desk))))

    assert len(texts) >= 3
    assert all("Désignation Quantité Prix unitaire HT" in text for text in texts[:3])
    assert all(f"Page {number} / {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert "82 667,34 €" in texts[-1]


def test_the_other_papers_say_what_they_are(press, stories, desk):
    story = stories.akigora(weights=(10, 40, 50))
    mission = told(story).hear(story.refunded(1))
    deposit = issued(deposit_invoice(mission, 1, desk))

    (order,) = pages(press.print(issued(purchase_order(mission, desk), "BC-2026-000012")))
    (commission,) = pages(press.print(issued(commission_invoice(mission, 0, desk), "C-2026-000123")))
    (payout,) = pages(press.print(issued(statement(mission, 2, desk), "R-2026-000001")))
    (credit,) = pages(press.print(issued(credit_note(mission, 1, deposit, desk), "PX-0042-2026-00019")))

    assert "Bon de commande" in order
    assert "accepté le 02/11/2026 par Camille Roche pour Atelier Mécanique SAS. Cette acceptation vaut signature." in order
    assert "2 en cours de mission 2 208,00 € 441,60 € 2 649,60 €" in order
    assert "ÉMETTEUR Akigora SAS au capital de 50 000 €" in commission
    assert "Déjà retenu −662,40 € Reste à retenir 331,20 €" in commission
    assert "Versé à l’expert 2 318,40 €" in payout
    assert "Il ne constitue pas une facture." in payout
    assert "Avoir établi par Akigora au nom et pour le compte de Hélène Roche Conseil." in credit
    assert (
        "Annule, à hauteur des montants ci-dessus, la facture PX-0042-2026-00014 du 22/11/2026. Motif : Mission annulée."
        in credit
    )
    assert "−662,40 €" in credit


def test_the_same_document_is_the_same_file(press, stories, desk):
    document = issued(deposit_invoice(told(stories.akigora()), 1, desk))

    assert press.print(document) == press.print(document)


def test_every_character_that_is_let_through_can_be_shown(press, stories, desk):
    everything = printable("".join(map(chr, range(0xD7FF))))
    shown = sorted(set(everything) - {"\n", "\u200b"})
    story = stories.akigora()
    mission = told(replace(story, contract=replace(story.contract, title=" ".join(shown))))

    assert len(shown) > 1500
    assert press.print(issued(purchase_order(mission, desk))).startswith(b"%PDF-")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.text(max_size=60))
@example(written="Mission 🚀 上海 ع\u00ad\u200d")
@example(written="\u00ad")
@example(written="e\u0301" * 200)
@example(written="#panic()[*_`$\\")
def test_whatever_people_write_is_printed(press, stories, desk, written):
    story = stories.akigora(
        lines=(QuoteLine(description=written, quantity="8", unit=written, unit_price=Money(69_000)),),
        client=replace(stories.akigora().contract.buyer, name=written, purchase_order_number=written),
    )
    mission = told(replace(story, contract=replace(story.contract, title=written)))

    assert press.print(issued(deposit_invoice(mission, 1, desk))).startswith(b"%PDF-")
    assert press.print(issued(purchase_order(mission, desk))).startswith(b"%PDF-")


def test_a_breakdown_of_the_typesetter_is_an_error_like_any_other(press, monkeypatch, stories, desk):
    class Panic(BaseException):
        pass

    def broken(*_, **__):
        raise Panic("end byte index 3 is out of bounds")

    monkeypatch.setattr(typst_press.typst, "compile", broken)

    with pytest.raises(PressFailed, match="out of bounds"):
        press.print(issued(purchase_order(told(stories.akigora()), desk)))

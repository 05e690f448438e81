"""A document as the template wants it: every figure, day and label written. French first; English second for other readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date

from billing.domain.paper import FOR_THE_EXPERT, Document, Kind, Line, Paper, ScheduledPayment
from billing.domain.wording import amount, day, full_name, percent
from contracts.shapes import Party
from kernel.money import Money

FRENCH = Locale("fr")
Both = dict[str, str]
BY_MANDATE = "DCL"


@dataclass(frozen=True)
class Labels:
    """The catalogue of labels (`data/labels.toml`)."""

    titles: Mapping[str, Both]
    labels: Mapping[str, Both]
    units: Mapping[str, Both]
    triggers: Mapping[str, Both]


@dataclass(frozen=True)
class Layout:
    """`bilingual` shows the second language beside the first."""

    labels: Labels
    bilingual: bool

    def of(self, document: Document) -> dict[str, Any]:
        """What the template is given."""
        paper, issued_on = document.paper, document.issued_on
        if issued_on is None:
            raise ValueError(f"{document.document_id} is not issued")
        own = paper.kind in FOR_THE_EXPERT
        standing = next((note for note in paper.notes if note.code == BY_MANDATE), None)
        return {
            "heading": self._title(paper),
            "number": document.number,
            "number_label": self._label("number"),
            "date": format_date(issued_on, "d MMMM y", FRENCH),
            "date_label": self._label("date"),
            "year": issued_on.year,
            "month": issued_on.month,
            "day": issued_on.day,
            "seller": self._party(paper.seller, paper),
            "seller_label": self._label("platform" if own else "seller"),
            "buyer": self._party(paper.buyer, paper),
            "buyer_label": self._label("expert" if own else "buyer"),
            "facts": self._facts(paper),
            "subject": typeset(paper.title),
            "subject_label": self._label("subject"),
            "plain": paper.kind is Kind.STATEMENT,
            "columns": self._columns(paper),
            "lines": [self._line(line, paper) for line in paper.lines],
            "totals": self._totals(paper),
            "exemption": typeset(paper.vat.mention),
            "exemption_en": self._second(paper.vat.mention_en),
            "schedule": [self._payment(payment) for payment in paper.schedule],
            "schedule_label": self._label("schedule"),
            "schedule_columns": [self._label(name) for name in ("instalment", "when", "ht", "vat_rate", "ttc")],
            "standing": typeset(standing.fr) if standing else "",
            "standing_en": self._second(standing.en) if standing else "",
            "notes": [{"fr": typeset(note.fr), "en": self._second(note.en)} for note in paper.notes if note is not standing],
            "footer": self._footer(paper),
            "page": self._label("page"),
        }

    def _title(self, paper: Paper) -> Both:
        final = paper.kind is Kind.INVOICE and paper.corrects
        return self._both(self.labels.titles["final_invoice" if final else paper.kind.value])

    def _columns(self, paper: Paper) -> list[Both]:
        plain = paper.kind is Kind.STATEMENT
        names = ("description", "plain_amount") if plain else ("description", "quantity", "unit_price", "vat_rate", "amount")
        return [self._label(name) for name in names]

    def _line(self, line: Line, paper: Paper) -> list[str]:
        if paper.kind is Kind.STATEMENT:
            return [typeset(line.description), amount(line.amount)]
        rate = f"{percent(paper.vat.rate_bp)}\u00a0%"
        return [typeset(line.description), self._quantity(line), amount(line.unit_price), rate, amount(line.amount)]

    def _quantity(self, line: Line) -> str:
        quantity = Decimal(line.quantity)
        number = f"{quantity.normalize():f}".replace(".", ",").replace("-", "−")
        if line.unit == "flat" and abs(quantity) == 1:
            return number
        unit = self.labels.units.get(line.unit, {"fr": line.unit, "many": line.unit})
        return f"{number}\u00a0{unit['many' if abs(quantity) >= 2 else 'fr']}"

    def _payment(self, payment: ScheduledPayment) -> list[str]:
        return [str(payment.number), self._trigger(payment.when), amount(payment.ht), amount(payment.vat), amount(payment.ttc)]

    def _facts(self, paper: Paper) -> list[dict[str, Any]]:
        facts: list[tuple[str, str]] = [("mission", paper.reference)]
        if paper.starts_on and paper.ends_on:
            period = self.labels.labels["from_to"]["fr"]
            facts.append(("period", period.format(start=day(paper.starts_on), end=day(paper.ends_on))))
        if paper.order_number:
            facts.append(("order", paper.order_number))
        if paper.due_on:
            facts.append(("due_on", day(paper.due_on)))
        if paper.settled_on:
            facts.append(("settled_on", day(paper.settled_on)))
        if paper.corrects:
            name = "deducts" if paper.kind is Kind.INVOICE else "corrects"
            facts.append((name, ", ".join(one.number for one in paper.corrects)))
        return [{"label": self._label(name), "value": value} for name, value in facts]

    def _totals(self, paper: Paper) -> list[dict[str, Any]]:
        if paper.kind is Kind.STATEMENT:
            return [self._total("paid_out", amount(paper.ttc), strong=True)]
        rows = [
            self._total("total_ht", amount(paper.ht)),
            self._total(
                "vat" if paper.vat.category == "S" else "no_vat", amount(paper.vat.amount), rate=percent(paper.vat.rate_bp)
            ),
        ]
        if paper.kind is Kind.PURCHASE_ORDER or paper.ttc.amount < 0:
            return [*rows, self._total("total_ttc", amount(paper.ttc), strong=True)]
        rows.append(self._total("total_ttc", amount(paper.ttc)))
        commission = paper.kind is Kind.COMMISSION_INVOICE
        if paper.paid:
            rows.append(self._total("withheld" if commission else "paid", amount(-paper.paid)))
        rows.append(self._total("to_withhold" if commission else "due", amount(paper.due), strong=True))
        if paper.settled_on and paper.due:
            rows.append(self._total("settled", amount(-paper.due), day=day(paper.settled_on)))
            rows.append(self._total("remaining", amount(paper.due - paper.due), strong=True))
        return rows

    def _total(self, name: str, value: str, *, strong: bool = False, **values: str) -> dict[str, Any]:
        label = {language: text.format(**values) for language, text in self._label(name).items()}
        return {"label": label, "value": value, "strong": strong}

    def _party(self, party: Party, paper: Paper) -> dict[str, Any]:
        address = party.address
        form = "" if party.legal_form.upper() == "EI" else party.legal_form  # beside the name already
        if form and party.share_capital_cents is not None:
            form += " " + self.labels.labels["capital"]["fr"].format(amount=_capital(party.share_capital_cents))
        lines = [form]
        lines += [address.line1, address.line2, f"{address.postcode} {address.city}".strip()]
        if address.country != "FR":
            lines.append(FRENCH.territories.get(address.country, address.country))
        if party.siren:
            lines.append(f"SIREN {party.siren[:3]}\u00a0{party.siren[3:6]}\u00a0{party.siren[6:]}")
        lines.append(party.registry)
        if party.vat_id:
            lines.append(f"{self.labels.labels['vat_id']['fr']} {party.vat_id}")
        if party is paper.seller and party.legal_mentions:
            lines.append(party.legal_mentions)
        return {"name": full_name(party), "lines": [typeset(line) for line in lines if line]}

    def _footer(self, paper: Paper) -> str:
        by_mandate = [note.fr for note in paper.notes if note.code == BY_MANDATE]
        return by_mandate[0] if by_mandate else " · ".join(text for text in (paper.seller.name, paper.seller.registry) if text)

    def _trigger(self, name: str) -> str:
        both = self._both(self.labels.triggers.get(name, {"fr": name, "en": ""}))
        return " / ".join(text for text in (both["fr"], both["en"]) if text)

    def _label(self, name: str) -> Both:
        return self._both(self.labels.labels[name])

    def _both(self, label: Both) -> Both:
        return {"fr": typeset(label["fr"]), "en": self._second(label["en"]) if label["en"] != label["fr"] else ""}

    def _second(self, english: str) -> str:
        return english if self.bilingual else ""


def _capital(cents: int) -> str:
    written = amount(Money(cents))
    return written.replace(",00\u00a0", "\u00a0")


def typeset(text: str) -> str:
    """French typography: no break before double punctuation, units and numbers; curled apostrophes."""
    text = re.sub(r" (?=[:;%€»?!])|(?<=[«°]) ", "\u00a0", text)
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def second_language(document: Document) -> bool:
    """Whether its reader is not a French speaker."""
    return not document.paper.locale.lower().startswith("fr")


def noon_of(on: date) -> int:
    """The timestamp inside the PDF: of the day of issue, so that the same document gives the same bytes."""
    return int(datetime(on.year, on.month, on.day, 12, tzinfo=UTC).timestamp())

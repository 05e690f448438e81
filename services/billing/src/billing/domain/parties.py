"""A tax case out of two parties as they are frozen into quotes and invoices."""

from datetime import date

from billing.domain.tax import TaxCase, Vies, commission_case
from billing.domain.tax_tables import Place, TaxTables
from contracts.shapes import Party


def place_of(party: Party, tables: TaxTables) -> Place:
    """Where a party is for VAT."""
    address = party.address
    return tables.place(address.country, address.zone, address.postcode)


def service_case(seller: Party, buyer: Party, service_kind: str, on: date, vies: Vies, tables: TaxTables) -> TaxCase:
    """The expert's service to the client; `vies` is the answer on the client's VAT id."""
    return TaxCase(
        seller=place_of(seller, tables),
        seller_status=seller.vat_status.value,
        seller_vat_id=seller.vat_id.strip(),
        buyer=place_of(buyer, tables),
        buyer_kind=buyer.kind.value,
        buyer_vat_id=buyer.vat_id.strip(),
        vies=vies,
        service_kind=service_kind,
        on=on,
    )


def commission_on(expert: Party, on: date, vies: Vies, tables: TaxTables) -> TaxCase:
    """The platform's service to the expert; `vies` is the answer on the expert's VAT id."""
    return commission_case(place_of(expert, tables), expert.vat_id.strip(), vies, on, tables)

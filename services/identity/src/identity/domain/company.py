"""A client: a business, a public body or, where the policy serves them (P22), an individual.

Signing up asks little (M72); before a quote is accepted the details that go onto documents must be complete, and
whatever identifier is given must check out.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.identity.v1.errors import IncompleteDetails, IndividualsNotServed
from contracts.shapes import Address, Party, PartyKind
from identity.domain import fields, identifiers
from identity.domain.policy import IdentityPolicy


@dataclass(eq=False, kw_only=True)
class Company:
    """`locale` is the language of its documents: that of the member who signed it up."""

    id: str
    kind: PartyKind
    name: str
    locale: str
    created_at: datetime
    address: Address | None = None
    siren: str = ""
    vat_id: str = ""
    accounting_email: str = ""
    purchase_order_number: str = ""

    def describe(self, *, name: str, address: Address, siren: str, vat_id: str, accounting_email: str, order_number: str) -> bool:
        """Takes the details that go onto documents (M72, M97); whether anything changed. Raises Invalid, InvalidIdentifier.

        A French company that gives its VAT id only has given its SIREN with it.
        """
        before = self.party() if self.address else None
        self.name = fields.text(name, "name")
        self.address = fields.postal_address(address)
        self.siren = identifiers.siren(siren) if siren.strip() else ""
        self.vat_id = self._checked_vat_id(vat_id)
        if self.vat_id.startswith("FR"):
            self.siren = self.siren or identifiers.siren_in_vat_id(self.vat_id)
        self.accounting_email = fields.email_address(accounting_email, "accounting_email") if accounting_email.strip() else ""
        self.purchase_order_number = fields.text(order_number, "purchase_order_number", longest=50, required=False)
        return self.party() != before

    def _checked_vat_id(self, vat_id: str) -> str:
        country = self.address.country if self.address else ""
        if vat_id.strip() and country in identifiers.EU_COUNTRIES:
            return identifiers.vat_id(vat_id, country, self.siren)
        return fields.text(vat_id, "vat_id", longest=20, required=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """What documents still lack: name, address; SIREN of a French company."""
        needs_siren = self.kind is not PartyKind.INDIVIDUAL and self.address is not None and self.address.country == "FR"
        lacks = {"name": not self.name, "address": self.address is None, "siren": needs_siren and not self.siren}
        return tuple(field for field, is_lacking in lacks.items() if is_lacking)

    def party(self) -> Party:
        """As it goes onto documents. Raises IncompleteDetails without an address."""
        if self.address is None:
            raise IncompleteDetails(missing="address")
        return Party(
            id=self.id,
            kind=self.kind,
            name=self.name,
            address=self.address,
            siren=self.siren,
            vat_id=self.vat_id,
            accounting_email=self.accounting_email,
            purchase_order_number=self.purchase_order_number,
            locale=self.locale,
        )

    def erase_person(self) -> None:
        """An individual client is a person: his details go with the account (A55). A company's are nobody's personal data."""
        if self.kind is PartyKind.INDIVIDUAL:
            self.name, self.address, self.siren, self.vat_id = "Erased", None, "", ""
        self.accounting_email = ""


def check_kind(kind: PartyKind, policy: IdentityPolicy) -> PartyKind:
    """Raises IndividualsNotServed where the operator serves companies only (P22)."""
    if kind is PartyKind.INDIVIDUAL and not policy.individual_clients:
        raise IndividualsNotServed(field="company_kind")
    return kind

"""A mission sheet: a company's need in its own words (M73), and the round of offers made from it (M75)."""

from dataclasses import dataclass
from datetime import datetime

from contracting.domain import text
from contracting.domain.policy import ContractingPolicy
from contracts.contracting.v1.errors import PublishingForbidden, RoundClosed
from contracts.contracting.v1.rpc import CreateSheet
from kernel.ids import new_id


@dataclass(eq=False, kw_only=True)
class Sheet:
    """`awarded_quote_id`: the one quote of its round that was accepted; afterwards the round is closed."""

    id: str
    company_id: str
    title: str
    objectives: str
    terms: str
    published: bool
    created_at: datetime
    awarded_quote_id: str | None = None

    @classmethod
    def written(cls, call: CreateSheet, company_id: str, policy: ContractingPolicy, now: datetime) -> "Sheet":
        """Raises InvalidInput; PublishingForbidden where needs are never exposed (A43, P23)."""
        if call.publish and not policy.publish_mission_sheets:
            raise PublishingForbidden
        return cls(
            id=new_id("she", now),
            company_id=company_id,
            title=text.checked(call.title, "title", at_most=200),
            objectives=text.checked(call.objectives, "objectives", at_most=10_000),
            terms=text.checked(call.terms, "terms", at_most=10_000, required=False),
            published=call.publish,
            created_at=now,
        )

    def must_be_open(self) -> None:
        """Raises RoundClosed once a quote of the round is accepted."""
        if self.awarded_quote_id is not None:
            raise RoundClosed(sheet_id=self.id)

"""An offer: one expert asked, by one company, to quote for one mission sheet (M75)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracting.domain.sheet import Sheet
from contracts.contracting.v1.errors import OfferClosed
from kernel.ids import new_id


class OfferState(StrEnum):
    """open -> declined | quoted | closed (another expert's quote was accepted)."""

    OPEN = "open"
    DECLINED = "declined"
    QUOTED = "quoted"
    CLOSED = "closed"


@dataclass(eq=False, kw_only=True)
class Offer:
    """The sheet's text is copied: the offer stays as it was sent."""

    id: str
    sheet_id: str
    company_id: str
    expert_id: str
    title: str
    objectives: str
    terms: str
    sent_at: datetime
    state: OfferState = OfferState.OPEN
    decline_reason: str = ""

    @classmethod
    def to(cls, expert_id: str, sheet: Sheet, now: datetime) -> "Offer":
        return cls(
            id=new_id("off", now),
            sheet_id=sheet.id,
            company_id=sheet.company_id,
            expert_id=expert_id,
            title=sheet.title,
            objectives=sheet.objectives,
            terms=sheet.terms,
            sent_at=now,
        )

    def must_be_open(self) -> None:
        """Raises OfferClosed."""
        if self.state is not OfferState.OPEN:
            raise OfferClosed(state=self.state.value)

    def decline(self, reason: str) -> None:
        """Raises OfferClosed."""
        self.must_be_open()
        self.state, self.decline_reason = OfferState.DECLINED, reason

    def quoted(self) -> None:
        """The expert answered with a quote; a new version of it changes nothing here. Raises OfferClosed."""
        if self.state is not OfferState.QUOTED:
            self.must_be_open()
            self.state = OfferState.QUOTED

    def close(self) -> None:
        """The round is over: an offer nobody answered is closed, an answered one stays as it is."""
        if self.state is OfferState.OPEN:
            self.state = OfferState.CLOSED

"""How contracting refuses."""

from kernel.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownSheet(NotFound):
    """There is no such mission sheet."""


class UnknownOffer(NotFound):
    """There is no such offer."""


class UnknownQuote(NotFound):
    """There is no such quote."""


class UnknownMission(NotFound):
    """There is no such mission."""


class UnknownRecipient(NotFound):
    """One of the experts or companies is unknown; `field` names it."""


class PublishingForbidden(Forbidden):
    """Needs are never exposed on this marketplace (A43, P23)."""


class OfferClosed(Conflict):
    """The offer is declined, quoted or closed."""


class InvalidQuote(Invalid):
    """A part of the quote is missing or wrong; `field` names it."""


class ScheduleFixed(Invalid):
    """This marketplace's payment schedule cannot be customised (P5)."""


class CannotQuoteYet(Conflict):
    """Legal status, company and bank details, admission or mandate are missing; `missing` names them (A20, P10)."""


class TaxUndecided(Conflict):
    """The VAT of this quote cannot be decided: `action` hold, block or review, and the reason."""


class QuoteNotDraft(Conflict):
    """Only a draft or an amended quote can be sent."""


class QuoteNotOpen(Conflict):
    """The quote is not open for this: `state` says where it stands."""


class QuoteAlreadyAccepted(Conflict):
    """This quote, or another one of the same offer round, is accepted already."""


class QuoteExpiredAlready(Conflict):
    """The quote's validity is over."""


class StaleVersion(Conflict):
    """The quote has a newer version than the one accepted: `current_version`."""


class CompanyDetailsIncomplete(Conflict):
    """The company's details must be complete before it accepts; `missing` names them."""


class MissionNotInState(Conflict):
    """The mission's state does not allow this: `state` says where it stands."""


class NotFunded(Conflict):
    """Work starts once the funds are received and blocked (M47, M89)."""


class RateLocked(Conflict):
    """The day rate cannot change during a mission (M29)."""


class AmendmentPending(Conflict):
    """An amendment waits for the other side's answer; one at a time."""


class NoAmendmentPending(Conflict):
    """No amendment of this mission waits for an answer."""


class NothingToRelease(Conflict):
    """No instalment of this mission can be released on request now (P6)."""


class AlreadyValidated(Conflict):
    """This party has validated the report."""


class NotYourValidation(Forbidden):
    """On this marketplace the other party validates (P7)."""


class CancellationByOperator(Forbidden):
    """Cancelling goes through the team (A39, P19)."""


class ReviewNotOpen(Conflict):
    """A mission is reviewed once it is closed."""


class AlreadyReviewed(Conflict):
    """This party has reviewed the mission."""


class InvalidReview(Invalid):
    """Each of the policy's criteria is scored from 1 to 5, with a comment of at most 5,000 characters."""


class MissingRight(Forbidden):
    """This member has not the right to do this for the company."""


class NotYourCall(Forbidden):
    """This is for the other party, or for another role, to do: `needs` says for whom."""


class InvalidInput(Invalid):
    """A part of the call is missing, too long or malformed; `field` names it."""


class QuoteEditedMeanwhile(Conflict):
    """The quote was edited while it was being priced; send it again."""


class RoundClosed(Conflict):
    """A quote of this mission sheet is accepted already; nobody else is asked."""


class ScopeLocked(Conflict):
    """On this marketplace scope and end do not change during a mission (P20)."""

"""How identity refuses."""

from kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated


class EmailTaken(Conflict):
    """An account with this address exists."""


class WeakPassword(Invalid):
    """The password is too short or too common."""


class TermsNotAccepted(Invalid):
    """The terms must be accepted."""


class WrongCredentials(Unauthenticated):
    """The address or the password is wrong."""


class SessionOver(Unauthenticated):
    """The session is unknown, revoked or over."""


class TooManyAttempts(TooMany):
    """Too many failed logins; wait before the next."""


class UnknownToken(NotFound):
    """The token is unknown, used or too old."""


class UnknownAccount(NotFound):
    """There is no such account."""


class UnknownExpert(NotFound):
    """There is no such expert."""


class UnknownCompany(NotFound):
    """There is no such company."""


class UnknownSession(NotFound):
    """There is no such session."""


class InvalidIdentifier(Invalid):
    """A SIREN, VAT id, IBAN, BIC, phone number or address does not check out; `field` names it."""


class PrivateAccount(Invalid):
    """Payouts go to the business's own bank account, never to a private individual's (A57)."""


class IndividualsNotServed(Invalid):
    """This marketplace serves companies only (P22)."""


class IncompleteDetails(Conflict):
    """The details needed on documents are not complete; `missing` names them."""


class BelowThreshold(Conflict):
    """Neither the age nor the experience asked for admission is reached (A2)."""


class AdmissionIncomplete(Conflict):
    """Something asked for admission is missing; `missing` names it."""


class AdmissionClosed(Conflict):
    """The admission case is not open."""


class AlreadyVoted(Conflict):
    """This member has voted on this case."""


class CharterVersionUnknown(Invalid):
    """This is not the charter's present version."""


class KycNotOpen(Conflict):
    """Documents can be submitted once the legal entity is confirmed."""


class NotAllowed(Forbidden):
    """This account has no right to do this."""

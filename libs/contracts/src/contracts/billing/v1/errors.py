"""How billing refuses."""

from kernel.errors import Conflict, Forbidden, NotFound


class UnknownDocument(NotFound):
    """There is no such document, or not for this caller."""


class UnknownMandate(NotFound):
    """There is no mandate of this expert."""


class MandateVersionStale(Conflict):
    """This is not the mandate's present version: `current_version`."""


class MandateAlreadySigned(Conflict):
    """The mandate is in force."""


class NoMandateInForce(Conflict):
    """Nothing is issued in an expert's name without his mandate (art. 289 I-2 CGI)."""


class NotAnExpert(Forbidden):
    """Only an expert signs a mandate."""


class ServicesOnly(Forbidden):
    """This call is for the marketplace's own services."""

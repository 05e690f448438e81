"""How catalog refuses."""

from kernel.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownProfile(NotFound):
    """There is no such profile, or it is not visible."""


class InvalidProfile(Invalid):
    """A part of the profile is too long, too many or malformed; `field` names it."""


class InvalidPhoto(Invalid):
    """The photo is not a JPEG or PNG image of reasonable size."""


class InvalidSearch(Invalid):
    """The query, a filter or the cursor cannot be used; `field` names it."""


class ProfileIncomplete(Conflict):
    """The profile cannot be published yet; `missing` names what to add."""


class VisibilityNotYours(Forbidden):
    """The policy gives this switch to somebody else (P14)."""


class NotAnExpert(Forbidden):
    """Only an expert has a profile."""

"""How messaging refuses."""

from kernel.errors import Forbidden, Invalid, NotFound


class UnknownConversation(NotFound):
    """There is no such conversation, or the caller is not part of it."""


class UnknownRecipient(NotFound):
    """There is nobody of this id to write to."""


class FirstContactNotAllowed(Forbidden):
    """Experts wait to be contacted (A71, M62, P16)."""


class InvalidMessage(Invalid):
    """A message is 1 to 10,000 characters of text."""

"""How payments refuses."""

from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class UnknownEscrow(NotFound):
    """There is no escrow for this mission, or not for this caller."""


class UnknownInstalment(NotFound):
    """The mission has no instalment of this number."""


class UnknownPayin(NotFound):
    """There is no such payment."""


class UnknownPayee(NotFound):
    """There is no payee account for this expert."""


class UnknownOperation(NotFound):
    """There is no such operation."""


class AlreadyFunded(Conflict):
    """This instalment is paid; nothing was charged again."""


class PaymentUnderWay(Conflict):
    """A payment of this instalment is under way: `payin_id`."""


class PayinNotCancellable(Conflict):
    """Money has arrived, or the payment has ended: `state`."""


class EscrowClosed(Conflict):
    """The mission was cancelled or settled; nothing more can be paid."""


class MeansNotAccepted(Invalid):
    """Card or bank transfer only (M45, M95, M96)."""


class PaymentMethodMissing(Invalid):
    """A card payment needs the provider's token of the card."""


class InvalidAmount(Invalid):
    """An amount must be positive and in the escrow's currency."""


class ReleaseBeyondFunded(Conflict):
    """More would leave the escrow than it holds."""


class ForgedWebhook(Forbidden):
    """The signature does not match the body."""


class StaleWebhook(Forbidden):
    """The signature is older than 300 seconds."""


class SandboxOnly(Forbidden):
    """This is possible with the sandbox provider only."""


class DocumentNotAccepted(Invalid):
    """This kind or file type of document is not taken by the provider."""


class ProviderSilent(Unavailable):
    """The payment provider does not answer; the operation goes on by itself."""


class MissingRight(Forbidden):
    """This member has not the right to pay for the company."""


class OperationNotParked(Conflict):
    """Only a parked operation can be replayed."""

"""Which service listens to which event. Every starter declares all of these queues before anything is published.

One durable queue a service, `<service>.events`, bound to each event below. A test compares this table with the handlers.
"""

from contracts.billing.v1 import events as billing
from contracts.contracting.v1 import events as contracting
from contracts.identity.v1 import events as identity
from contracts.messaging.v1 import events as messaging
from contracts.payments.v1 import events as payments
from contracts.wire import Event

SERVICES: tuple[str, ...] = ("identity", "catalog", "messaging", "contracting", "payments", "billing")

SUBSCRIPTIONS: dict[str, tuple[type[Event], ...]] = {
    "identity": (
        payments.PayeeStatusChanged,
        payments.PayeeDocumentChecked,
        billing.MandateSigned,
        billing.MandateRevoked,
    ),
    "catalog": (
        identity.AccountRegistered,
        identity.AccountUpdated,
        identity.LegalEntityConfirmed,
        identity.ExpertAdmitted,
        identity.ExpertRefused,
        identity.ExpertSuspended,
        identity.ExpertReinstated,
        identity.AccountErased,
        contracting.ReviewPublished,
    ),
    "messaging": (
        identity.AccountRegistered,
        identity.AccountUpdated,
        identity.EmailConfirmationRequested,
        identity.PasswordResetRequested,
        identity.KycStatusChanged,
        identity.ExpertAdmitted,
        identity.ExpertRefused,
        identity.ExpertSuspended,
        identity.ExpertReinstated,
        identity.AccountErased,
        contracting.OfferSent,
        contracting.OfferDeclined,
        contracting.QuoteSent,
        contracting.QuoteAmended,
        contracting.QuoteAccepted,
        contracting.QuoteRefused,
        contracting.QuoteDeclined,
        contracting.QuoteWithdrawn,
        contracting.QuoteExpired,
        contracting.InstalmentDue,
        contracting.MissionStarted,
        contracting.MissionAmendmentProposed,
        contracting.MissionAmended,
        contracting.ReleaseRequested,
        contracting.ReportFiled,
        contracting.ReportReminderDue,
        contracting.MissionValidated,
        contracting.MissionClosed,
        contracting.MissionCancelled,
        contracting.ReviewPublished,
        payments.PayinFailed,
        payments.InstalmentFunded,
        payments.InstalmentReleased,
        payments.InstalmentRefunded,
        payments.PayoutSent,
        payments.PayoutPaid,
        payments.PayoutFailed,
        billing.DocumentIssued,
        messaging.MessageSent,
    ),
    "contracting": (
        identity.AccountRegistered,
        identity.AccountUpdated,
        identity.AccountErased,
        messaging.ConversationOpened,
        payments.InstalmentFunded,
        payments.InstalmentReleased,
        payments.InstalmentRefunded,
        billing.DocumentIssued,
    ),
    "payments": (
        identity.LegalEntityConfirmed,
        identity.AccountErased,
        contracting.QuoteAccepted,
        contracting.ReleaseAuthorised,
        contracting.MissionCancelled,
    ),
    "billing": (
        identity.LegalEntityConfirmed,
        identity.AccountErased,
        contracting.QuoteAccepted,
        contracting.MissionValidated,
        contracting.MissionCancelled,
        payments.InstalmentFunded,
        payments.InstalmentReleased,
        payments.InstalmentRefunded,
        payments.CommissionWithheld,
    ),
}

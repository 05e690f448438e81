"""Messaging's entrypoints: parse, one use case, answer. What is written on which event is in `use_cases/notify.py`."""

from chassis.app import App, answers, every, handles
from contracts.billing.v1 import events as billing
from contracts.contracting.v1 import events as contracting
from contracts.identity.v1 import events as identity
from contracts.messaging.v1 import events as messaging
from contracts.messaging.v1 import rpc
from contracts.payments.v1 import events as payments
from contracts.shapes import Done, Page
from messaging import bootstrap
from messaging.use_cases import converse, keep_directory
from messaging.use_cases.deliver_notifications import deliver_notifications
from messaging.use_cases.list_notifications import list_notifications
from messaging.use_cases.notify import notify


class MessagingService:
    name = "messaging"
    app = App(bootstrap.build)

    @answers(rpc.ContactExpert)
    def contact_expert(self, call: rpc.ContactExpert) -> rpc.ConversationView:
        return self.app.run(converse.contact_expert, call)

    @answers(rpc.ContactCompany)
    def contact_company(self, call: rpc.ContactCompany) -> rpc.ConversationView:
        return self.app.run(converse.contact_company, call)

    @answers(rpc.SendMessage)
    def send_message(self, call: rpc.SendMessage) -> rpc.MessageView:
        return self.app.run(converse.send_message, call)

    @answers(rpc.ListConversations)
    def list_conversations(self, call: rpc.ListConversations) -> Page[rpc.ConversationView]:
        return self.app.run(converse.list_conversations, call)

    @answers(rpc.ListMessages)
    def list_messages(self, call: rpc.ListMessages) -> Page[rpc.MessageView]:
        return self.app.run(converse.list_messages, call)

    @answers(rpc.MarkRead)
    def mark_read(self, call: rpc.MarkRead) -> Done:
        return self.app.run(converse.mark_read, call)

    @answers(rpc.ListNotifications)
    def list_notifications(self, call: rpc.ListNotifications) -> Page[rpc.NotificationView]:
        return self.app.run(list_notifications, call)

    @handles(identity.AccountRegistered)
    def account_registered(self, event: identity.AccountRegistered) -> None:
        self.app.run(keep_directory.account_registered, event)

    @handles(identity.AccountUpdated)
    def account_updated(self, event: identity.AccountUpdated) -> None:
        self.app.run(keep_directory.account_updated, event)

    @handles(identity.AccountErased)
    def account_erased(self, event: identity.AccountErased) -> None:
        self.app.run(keep_directory.account_erased, event)

    @handles(contracting.MissionStarted)
    def mission_started(self, event: contracting.MissionStarted) -> None:
        self.app.run(keep_directory.mission_started, event)

    @handles(identity.EmailConfirmationRequested)
    def email_confirmation_requested(self, event: identity.EmailConfirmationRequested) -> None:
        self.app.run(notify, event)

    @handles(identity.PasswordResetRequested)
    def password_reset_requested(self, event: identity.PasswordResetRequested) -> None:
        self.app.run(notify, event)

    @handles(identity.KycStatusChanged)
    def kyc_status_changed(self, event: identity.KycStatusChanged) -> None:
        self.app.run(notify, event)

    @handles(identity.ExpertAdmitted)
    def expert_admitted(self, event: identity.ExpertAdmitted) -> None:
        self.app.run(notify, event)

    @handles(identity.ExpertRefused)
    def expert_refused(self, event: identity.ExpertRefused) -> None:
        self.app.run(notify, event)

    @handles(identity.ExpertSuspended)
    def expert_suspended(self, event: identity.ExpertSuspended) -> None:
        self.app.run(notify, event)

    @handles(identity.ExpertReinstated)
    def expert_reinstated(self, event: identity.ExpertReinstated) -> None:
        self.app.run(notify, event)

    @handles(contracting.OfferSent)
    def offer_sent(self, event: contracting.OfferSent) -> None:
        self.app.run(notify, event)

    @handles(contracting.OfferDeclined)
    def offer_declined(self, event: contracting.OfferDeclined) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteSent)
    def quote_sent(self, event: contracting.QuoteSent) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteAmended)
    def quote_amended(self, event: contracting.QuoteAmended) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteAccepted)
    def quote_accepted(self, event: contracting.QuoteAccepted) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteRefused)
    def quote_refused(self, event: contracting.QuoteRefused) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteDeclined)
    def quote_declined(self, event: contracting.QuoteDeclined) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteWithdrawn)
    def quote_withdrawn(self, event: contracting.QuoteWithdrawn) -> None:
        self.app.run(notify, event)

    @handles(contracting.QuoteExpired)
    def quote_expired(self, event: contracting.QuoteExpired) -> None:
        self.app.run(notify, event)

    @handles(contracting.InstalmentDue)
    def instalment_due(self, event: contracting.InstalmentDue) -> None:
        self.app.run(notify, event)

    @handles(contracting.MissionAmendmentProposed)
    def mission_amendment_proposed(self, event: contracting.MissionAmendmentProposed) -> None:
        self.app.run(notify, event)

    @handles(contracting.MissionAmended)
    def mission_amended(self, event: contracting.MissionAmended) -> None:
        self.app.run(notify, event)

    @handles(contracting.ReleaseRequested)
    def release_requested(self, event: contracting.ReleaseRequested) -> None:
        self.app.run(notify, event)

    @handles(contracting.ReportFiled)
    def report_filed(self, event: contracting.ReportFiled) -> None:
        self.app.run(notify, event)

    @handles(contracting.ReportReminderDue)
    def report_reminder_due(self, event: contracting.ReportReminderDue) -> None:
        self.app.run(notify, event)

    @handles(contracting.MissionValidated)
    def mission_validated(self, event: contracting.MissionValidated) -> None:
        self.app.run(notify, event)

    @handles(contracting.MissionClosed)
    def mission_closed(self, event: contracting.MissionClosed) -> None:
        self.app.run(notify, event)

    @handles(contracting.MissionCancelled)
    def mission_cancelled(self, event: contracting.MissionCancelled) -> None:
        self.app.run(notify, event)

    @handles(contracting.ReviewPublished)
    def review_published(self, event: contracting.ReviewPublished) -> None:
        self.app.run(notify, event)

    @handles(payments.PayinFailed)
    def payin_failed(self, event: payments.PayinFailed) -> None:
        self.app.run(notify, event)

    @handles(payments.InstalmentFunded)
    def instalment_funded(self, event: payments.InstalmentFunded) -> None:
        self.app.run(notify, event)

    @handles(payments.InstalmentReleased)
    def instalment_released(self, event: payments.InstalmentReleased) -> None:
        self.app.run(notify, event)

    @handles(payments.InstalmentRefunded)
    def instalment_refunded(self, event: payments.InstalmentRefunded) -> None:
        self.app.run(notify, event)

    @handles(payments.PayoutSent)
    def payout_sent(self, event: payments.PayoutSent) -> None:
        self.app.run(notify, event)

    @handles(payments.PayoutPaid)
    def payout_paid(self, event: payments.PayoutPaid) -> None:
        self.app.run(notify, event)

    @handles(payments.PayoutFailed)
    def payout_failed(self, event: payments.PayoutFailed) -> None:
        self.app.run(notify, event)

    @handles(billing.DocumentIssued)
    def document_issued(self, event: billing.DocumentIssued) -> None:
        self.app.run(notify, event)

    @handles(messaging.MessageSent)
    def message_sent(self, event: messaging.MessageSent) -> None:
        self.app.run(notify, event)

    @every(seconds=1)
    def deliver(self) -> None:
        self.app.background(deliver_notifications)

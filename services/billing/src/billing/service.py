"""What the bus sees of billing: calls, events and one timer, each one use case."""

from functools import partial

from eventlet import tpool

from billing import bootstrap
from billing.use_cases import issue_documents, mandates, preview_tax, show_documents
from chassis.app import App, answers, every, handles
from contracts.billing.v1 import rpc
from contracts.contracting.v1 import events as contracting
from contracts.identity.v1 import events as identity
from contracts.payments.v1 import events as payments
from contracts.shapes import FileContent, Page


class BillingService:
    name = "billing"
    app = App(partial(bootstrap.build, in_thread=tpool.execute))

    @answers(rpc.PreviewTax)
    def preview_tax(self, call: rpc.PreviewTax) -> rpc.TaxPreview:
        return self.app.run(preview_tax.preview_tax, call)

    @answers(rpc.SignMandate)
    def sign_mandate(self, call: rpc.SignMandate) -> rpc.MandateView:
        return self.app.run(mandates.sign_mandate, call)

    @answers(rpc.RevokeMandate)
    def revoke_mandate(self, call: rpc.RevokeMandate) -> rpc.MandateView:
        return self.app.run(mandates.revoke_mandate, call)

    @answers(rpc.GetMandate)
    def get_mandate(self, call: rpc.GetMandate) -> rpc.MandateView:
        return self.app.run(mandates.get_mandate, call)

    @answers(rpc.ListDocuments)
    def list_documents(self, call: rpc.ListDocuments) -> Page[rpc.DocumentView]:
        return self.app.run(show_documents.list_documents, call)

    @answers(rpc.GetDocument)
    def get_document(self, call: rpc.GetDocument) -> rpc.DocumentView:
        return self.app.run(show_documents.get_document, call)

    @answers(rpc.DownloadDocument)
    def download_document(self, call: rpc.DownloadDocument) -> FileContent:
        return self.app.run(show_documents.download_document, call)

    @handles(identity.LegalEntityConfirmed)
    def remember_mandant(self, event: identity.LegalEntityConfirmed) -> None:
        self.app.run(mandates.remember_mandant, event)

    @handles(identity.AccountErased)
    def end_mandate_with_the_account(self, event: identity.AccountErased) -> None:
        self.app.run(mandates.end_with_the_account, event)

    @handles(contracting.QuoteAccepted)
    def open_mission(self, event: contracting.QuoteAccepted) -> None:
        self.app.run(issue_documents.open_mission, event)

    @handles(contracting.MissionValidated)
    def hear_validated(self, event: contracting.MissionValidated) -> None:
        self.app.run(issue_documents.hear, event)

    @handles(contracting.MissionCancelled)
    def hear_cancelled(self, event: contracting.MissionCancelled) -> None:
        self.app.run(issue_documents.hear, event)

    @handles(payments.InstalmentFunded)
    def hear_funded(self, event: payments.InstalmentFunded) -> None:
        self.app.run(issue_documents.hear, event)

    @handles(payments.InstalmentReleased)
    def hear_released(self, event: payments.InstalmentReleased) -> None:
        self.app.run(issue_documents.hear, event)

    @handles(payments.InstalmentRefunded)
    def hear_refunded(self, event: payments.InstalmentRefunded) -> None:
        self.app.run(issue_documents.hear, event)

    @handles(payments.CommissionWithheld)
    def hear_withheld(self, event: payments.CommissionWithheld) -> None:
        self.app.run(issue_documents.hear, event)

    @every(seconds=2)
    def retry_parked(self) -> None:
        while self.app.background(issue_documents.retry_parked):
            continue

"""Contracting on the bus: each method parses nothing, does one use case, answers. What a call means is in its contract."""

from chassis.app import App, answers, every, handles
from contracting import bootstrap
from contracting.use_cases import (
    answer_quotes,
    drive_mission,
    keep_directory,
    perform_missions,
    review_missions,
    send_offers,
    send_quote,
    show_dashboard,
    show_missions,
    show_quotes,
    write_quotes,
    write_sheets,
)
from contracts.billing.v1.events import DocumentIssued
from contracts.contracting.v1 import rpc
from contracts.identity.v1.events import AccountErased, AccountRegistered, AccountUpdated
from contracts.messaging.v1.events import ConversationOpened
from contracts.payments.v1.events import InstalmentFunded, InstalmentRefunded, InstalmentReleased
from contracts.shapes import Page


class ContractingService:
    name = "contracting"
    app = App(bootstrap.build)

    # Calls ------------------------------------------------------------------------------------------------------------

    @answers(rpc.CreateSheet)
    def create_sheet(self, call: rpc.CreateSheet) -> rpc.SheetView:
        return self.app.run(write_sheets.create_sheet, call)

    @answers(rpc.ListSheets)
    def list_sheets(self, call: rpc.ListSheets) -> Page[rpc.SheetView]:
        return self.app.run(write_sheets.list_sheets, call)

    @answers(rpc.SendOffers)
    def send_offers(self, call: rpc.SendOffers) -> Page[rpc.OfferView]:
        return self.app.run(send_offers.send_offers, call)

    @answers(rpc.ListOffers)
    def list_offers(self, call: rpc.ListOffers) -> Page[rpc.OfferView]:
        return self.app.run(send_offers.list_offers, call)

    @answers(rpc.DeclineOffer)
    def decline_offer(self, call: rpc.DeclineOffer) -> rpc.OfferView:
        return self.app.run(send_offers.decline_offer, call)

    @answers(rpc.DraftQuote)
    def draft_quote(self, call: rpc.DraftQuote) -> rpc.QuoteView:
        return self.app.run(write_quotes.draft_quote, call)

    @answers(rpc.EditQuote)
    def edit_quote(self, call: rpc.EditQuote) -> rpc.QuoteView:
        return self.app.run(write_quotes.edit_quote, call)

    @answers(rpc.SendQuote)
    def send_quote(self, call: rpc.SendQuote) -> rpc.QuoteView:
        return self.app.run(send_quote.send_quote, call)

    @answers(rpc.WithdrawQuote)
    def withdraw_quote(self, call: rpc.WithdrawQuote) -> rpc.QuoteView:
        return self.app.run(write_quotes.withdraw_quote, call)

    @answers(rpc.DeclineQuote)
    def decline_quote(self, call: rpc.DeclineQuote) -> rpc.QuoteView:
        return self.app.run(answer_quotes.decline_quote, call)

    @answers(rpc.AcceptQuote)
    def accept_quote(self, call: rpc.AcceptQuote) -> rpc.QuoteView:
        return self.app.run(answer_quotes.accept_quote, call)

    @answers(rpc.GetQuote)
    def get_quote(self, call: rpc.GetQuote) -> rpc.QuoteView:
        return self.app.run(show_quotes.get_quote, call)

    @answers(rpc.ListQuotes)
    def list_quotes(self, call: rpc.ListQuotes) -> Page[rpc.QuoteView]:
        return self.app.run(show_quotes.list_quotes, call)

    @answers(rpc.GetMission)
    def get_mission(self, call: rpc.GetMission) -> rpc.MissionView:
        return self.app.run(show_missions.get_mission, call)

    @answers(rpc.ListMissions)
    def list_missions(self, call: rpc.ListMissions) -> Page[rpc.MissionView]:
        return self.app.run(show_missions.list_missions, call)

    @answers(rpc.StartMission)
    def start_mission(self, call: rpc.StartMission) -> rpc.MissionView:
        return self.app.run(perform_missions.start_mission, call)

    @answers(rpc.AmendMission)
    def amend_mission(self, call: rpc.AmendMission) -> rpc.MissionView:
        return self.app.run(perform_missions.amend_mission, call)

    @answers(rpc.AnswerAmendment)
    def answer_amendment(self, call: rpc.AnswerAmendment) -> rpc.MissionView:
        return self.app.run(perform_missions.answer_amendment, call)

    @answers(rpc.RequestRelease)
    def request_release(self, call: rpc.RequestRelease) -> rpc.MissionView:
        return self.app.run(perform_missions.request_release, call)

    @answers(rpc.ApproveRelease)
    def approve_release(self, call: rpc.ApproveRelease) -> rpc.MissionView:
        return self.app.run(perform_missions.approve_release, call)

    @answers(rpc.FileReport)
    def file_report(self, call: rpc.FileReport) -> rpc.MissionView:
        return self.app.run(perform_missions.file_report, call)

    @answers(rpc.ValidateReport)
    def validate_report(self, call: rpc.ValidateReport) -> rpc.MissionView:
        return self.app.run(perform_missions.validate_report, call)

    @answers(rpc.CancelMission)
    def cancel_mission(self, call: rpc.CancelMission) -> rpc.MissionView:
        return self.app.run(perform_missions.cancel_mission, call)

    @answers(rpc.WriteReview)
    def write_review(self, call: rpc.WriteReview) -> rpc.ReviewView:
        return self.app.run(review_missions.write_review, call)

    @answers(rpc.ListReviews)
    def list_reviews(self, call: rpc.ListReviews) -> Page[rpc.ReviewView]:
        return self.app.run(review_missions.list_reviews, call)

    @answers(rpc.GetDashboard)
    def get_dashboard(self, call: rpc.GetDashboard) -> rpc.DashboardView:
        return self.app.run(show_dashboard.get_dashboard, call)

    # Events -----------------------------------------------------------------------------------------------------------

    @handles(AccountRegistered)
    def register_account(self, event: AccountRegistered) -> None:
        self.app.run(keep_directory.register, event)

    @handles(AccountUpdated)
    def update_account(self, event: AccountUpdated) -> None:
        self.app.run(keep_directory.update, event)

    @handles(AccountErased)
    def erase_account(self, event: AccountErased) -> None:
        self.app.run(keep_directory.erase, event)

    @handles(ConversationOpened)
    def introduce(self, event: ConversationOpened) -> None:
        self.app.run(keep_directory.introduce, event)

    @handles(InstalmentFunded)
    def instalment_funded(self, event: InstalmentFunded) -> None:
        self.app.run(drive_mission.follow, event)

    @handles(InstalmentReleased)
    def instalment_released(self, event: InstalmentReleased) -> None:
        self.app.run(drive_mission.follow, event)

    @handles(InstalmentRefunded)
    def instalment_refunded(self, event: InstalmentRefunded) -> None:
        self.app.run(drive_mission.follow, event)

    @handles(DocumentIssued)
    def document_issued(self, event: DocumentIssued) -> None:
        self.app.run(drive_mission.follow, event)

    # Time -------------------------------------------------------------------------------------------------------------

    @every(seconds=1)
    def let_time_pass(self) -> None:
        """What is due by the clock, one transaction each: another process may be at the same work."""
        for step in (
            answer_quotes.expire_one_quote,
            drive_mission.remind_one,
            drive_mission.end_one_silence,
            drive_mission.publish_one_review,
        ):
            while self.app.background(step):
                pass

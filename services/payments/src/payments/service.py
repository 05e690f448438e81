"""Payments on the bus: each method takes one message to one use case; the timers drive what is due."""

from chassis.app import App, answers, every, handles
from contracts.contracting.v1.events import MissionCancelled, QuoteAccepted, ReleaseAuthorised
from contracts.identity.v1.events import AccountErased, LegalEntityConfirmed
from contracts.payments.v1 import rpc
from contracts.shapes import Done, Page
from payments import bootstrap
from payments.use_cases import (
    cancel_payin,
    open_escrow,
    operations,
    pay_instalment,
    payees,
    payouts,
    provider_events,
    read_escrow,
    receive_transfer,
    refund_instalment,
    release_instalment,
    unallocated,
)

AT_MOST = 50  # steps in one run of a timer, so that stopping never waits long


class PaymentsService:
    name = "payments"
    app = App(bootstrap.build)

    @answers(rpc.PreviewCommission)
    def preview_commission(self, call: rpc.PreviewCommission) -> rpc.CommissionPreview:
        return self.app.run(open_escrow.preview_commission, call)

    @answers(rpc.GetEscrow)
    def get_escrow(self, call: rpc.GetEscrow) -> rpc.EscrowView:
        return self.app.run(read_escrow.get_escrow, call)

    @answers(rpc.PayInstalment)
    def pay_instalment(self, call: rpc.PayInstalment) -> rpc.PayinView:
        """As it stands now: a first answer, saved while the provider was still silent, is not repeated."""
        payin = self.app.run(pay_instalment.pay_instalment, call)
        return self.app.run(pay_instalment.get_payin, rpc.GetPayin(actor=call.actor, payin_id=payin.payin_id))

    @answers(rpc.GetPayin)
    def get_payin(self, call: rpc.GetPayin) -> rpc.PayinView:
        return self.app.run(pay_instalment.get_payin, call)

    @answers(rpc.ListPayins)
    def list_payins(self, call: rpc.ListPayins) -> Page[rpc.PayinView]:
        return self.app.run(pay_instalment.list_payins, call)

    @answers(rpc.CancelPayin)
    def cancel_payin(self, call: rpc.CancelPayin) -> rpc.PayinView:
        return self.app.run(cancel_payin.cancel_payin, call)

    @answers(rpc.ListUnallocated)
    def list_unallocated(self, call: rpc.ListUnallocated) -> Page[rpc.UnallocatedMoney]:
        return self.app.run(unallocated.list_unallocated, call)

    @answers(rpc.GetLedger)
    def get_ledger(self, call: rpc.GetLedger) -> rpc.LedgerView:
        return self.app.run(read_escrow.get_ledger, call)

    @answers(rpc.ListPayouts)
    def list_payouts(self, call: rpc.ListPayouts) -> Page[rpc.PayoutView]:
        return self.app.run(payouts.list_payouts, call)

    @answers(rpc.SubmitPayeeDocument)
    def submit_payee_document(self, call: rpc.SubmitPayeeDocument) -> Done:
        return self.app.run(payees.submit_document, call)

    @answers(rpc.GetPayee)
    def get_payee(self, call: rpc.GetPayee) -> rpc.PayeeView:
        return self.app.run(payees.get_payee, call)

    @answers(rpc.ReceiveWebhook)
    def receive_webhook(self, call: rpc.ReceiveWebhook) -> Done:
        return self.app.run(provider_events.receive_webhook, call)

    @answers(rpc.SimulateTransfer)
    def simulate_transfer(self, call: rpc.SimulateTransfer) -> Done:
        return self.app.run(receive_transfer.simulate_transfer, call)

    @answers(rpc.ListOperations)
    def list_operations(self, call: rpc.ListOperations) -> Page[rpc.OperationView]:
        return self.app.run(operations.list_operations, call)

    @answers(rpc.ReplayOperation)
    def replay_operation(self, call: rpc.ReplayOperation) -> rpc.OperationView:
        return self.app.run(operations.replay_operation, call)

    @handles(QuoteAccepted)
    def open_escrow(self, event: QuoteAccepted) -> None:
        self.app.run(open_escrow.open_escrow, event)

    @handles(ReleaseAuthorised)
    def authorise_release(self, event: ReleaseAuthorised) -> None:
        self.app.run(release_instalment.authorise_release, event)

    @handles(MissionCancelled)
    def cancel_mission(self, event: MissionCancelled) -> None:
        self.app.run(refund_instalment.cancel_mission, event)

    @handles(LegalEntityConfirmed)
    def confirm_payee(self, event: LegalEntityConfirmed) -> None:
        self.app.run(payees.confirm_payee, event)

    @handles(AccountErased)
    def forget_person(self, event: AccountErased) -> None:
        self.app.run(payees.forget_person, event)

    @every(seconds=0.5)
    def drive_operations(self) -> None:
        for _ in range(AT_MOST):
            if not self.app.background(operations.drive_next):
                return

    @every(seconds=0.5)
    def apply_provider_events(self) -> None:
        for _ in range(AT_MOST):
            if not self.app.background(provider_events.apply_next_event):
                return

    @every(seconds=1)
    def poll_provider(self) -> None:
        self.app.background(provider_events.poll_provider)

    @every(seconds=1)
    def send_due_payouts(self) -> None:
        self.app.background(payouts.send_due_payouts)

    @every(seconds=30)
    def cancel_abandoned(self) -> None:
        self.app.background(pay_instalment.cancel_abandoned)

    @every(seconds=10)
    def measure(self) -> None:
        self.app.background(operations.measure)

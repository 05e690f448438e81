"""Identity's entrypoints: parse, one use case, answer."""

from functools import partial

from eventlet import tpool

from chassis.app import App, answers, every, handles
from contracts.billing.v1.events import MandateRevoked, MandateSigned
from contracts.identity.v1 import rpc
from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from contracts.shapes import Done, Page, Party
from contracts.wire import Actor
from identity import bootstrap
from identity.use_cases import (
    admit_expert,
    change_password,
    declare_legal_entity,
    erase_account,
    forget_expired,
    manage_account,
    manage_company,
    open_session,
    refer,
    register,
    sign,
    tell_standing,
    verify_identity,
)


class IdentityService:
    name = "identity"
    app = App(partial(bootstrap.build, in_thread=tpool.execute))

    # joining

    @answers(rpc.RegisterCompany)
    def register_company(self, call: rpc.RegisterCompany) -> rpc.AccountView:
        return self.app.run(register.register_company, call)

    @answers(rpc.RegisterExpert)
    def register_expert(self, call: rpc.RegisterExpert) -> rpc.AccountView:
        return self.app.run(register.register_expert, call)

    @answers(rpc.RegisterOperator)
    def register_operator(self, call: rpc.RegisterOperator) -> rpc.AccountView:
        return self.app.run(register.register_operator, call)

    @answers(rpc.InviteMember)
    def invite_member(self, call: rpc.InviteMember) -> Done:
        return self.app.run(register.invite_member, call)

    @answers(rpc.ConfirmEmail)
    def confirm_email(self, call: rpc.ConfirmEmail) -> Done:
        return self.app.run(register.confirm_email, call)

    # the door

    @answers(rpc.LogIn)
    def log_in(self, call: rpc.LogIn) -> rpc.SessionView:
        return self.app.run(open_session.log_in, call)

    @answers(rpc.Authenticate)
    def authenticate(self, call: rpc.Authenticate) -> Actor:
        return self.app.run(open_session.authenticate, call)

    @answers(rpc.LogOut)
    def log_out(self, call: rpc.LogOut) -> Done:
        return self.app.run(open_session.log_out, call)

    @answers(rpc.ListSessions)
    def list_sessions(self, call: rpc.ListSessions) -> Page[rpc.SessionInfo]:
        return self.app.run(open_session.list_sessions, call)

    @answers(rpc.RevokeSession)
    def revoke_session(self, call: rpc.RevokeSession) -> Done:
        return self.app.run(open_session.revoke_session, call)

    @answers(rpc.RequestPasswordReset)
    def request_password_reset(self, call: rpc.RequestPasswordReset) -> Done:
        return self.app.run(change_password.request_password_reset, call)

    @answers(rpc.ResetPassword)
    def reset_password(self, call: rpc.ResetPassword) -> Done:
        return self.app.run(change_password.reset_password, call)

    @answers(rpc.ChangePassword)
    def change_password(self, call: rpc.ChangePassword) -> Done:
        return self.app.run(change_password.change_password, call)

    # the account and the company

    @answers(rpc.GetAccount)
    def get_account(self, call: rpc.GetAccount) -> rpc.AccountView:
        return self.app.run(manage_account.get_account, call)

    @answers(rpc.UpdateAccount)
    def update_account(self, call: rpc.UpdateAccount) -> rpc.AccountView:
        return self.app.run(manage_account.update_account, call)

    @answers(rpc.EraseAccount)
    def erase_account(self, call: rpc.EraseAccount) -> Done:
        return self.app.run(erase_account.erase_account, call)

    @answers(rpc.SetCompanyDetails)
    def set_company_details(self, call: rpc.SetCompanyDetails) -> rpc.CompanyView:
        return self.app.run(manage_company.set_company_details, call)

    @answers(rpc.GetCompany)
    def get_company(self, call: rpc.GetCompany) -> rpc.CompanyView:
        return self.app.run(manage_company.get_company, call)

    @answers(rpc.GetReferral)
    def get_referral(self, call: rpc.GetReferral) -> rpc.ReferralView:
        return self.app.run(refer.get_referral, call)

    # the expert

    @answers(rpc.SetLegalEntity)
    def set_legal_entity(self, call: rpc.SetLegalEntity) -> rpc.LegalEntityView:
        return self.app.run(declare_legal_entity.set_legal_entity, call)

    @answers(rpc.GetLegalEntity)
    def get_legal_entity(self, call: rpc.GetLegalEntity) -> rpc.LegalEntityView:
        return self.app.run(declare_legal_entity.get_legal_entity, call)

    @answers(rpc.ConfirmLegalEntity)
    def confirm_legal_entity(self, call: rpc.ConfirmLegalEntity) -> rpc.LegalEntityView:
        return self.app.run(declare_legal_entity.confirm_legal_entity, call)

    @answers(rpc.GetCharter)
    def get_charter(self, call: rpc.GetCharter) -> rpc.CharterView:
        return self.app.run(sign.get_charter, call)

    @answers(rpc.SignCharter)
    def sign_charter(self, call: rpc.SignCharter) -> Done:
        return self.app.run(sign.sign_charter, call)

    @answers(rpc.SubmitForAdmission)
    def submit_for_admission(self, call: rpc.SubmitForAdmission) -> rpc.AdmissionView:
        return self.app.run(admit_expert.submit_for_admission, call)

    @answers(rpc.GetAdmission)
    def get_admission(self, call: rpc.GetAdmission) -> rpc.AdmissionView:
        return self.app.run(admit_expert.get_admission, call)

    @answers(rpc.ListAdmissions)
    def list_admissions(self, call: rpc.ListAdmissions) -> Page[rpc.AdmissionView]:
        return self.app.run(admit_expert.list_admissions, call)

    @answers(rpc.VoteOnAdmission)
    def vote_on_admission(self, call: rpc.VoteOnAdmission) -> rpc.AdmissionView:
        return self.app.run(admit_expert.vote_on_admission, call)

    @answers(rpc.SuspendExpert)
    def suspend_expert(self, call: rpc.SuspendExpert) -> rpc.AdmissionView:
        return self.app.run(admit_expert.suspend_expert, call)

    @answers(rpc.ReinstateExpert)
    def reinstate_expert(self, call: rpc.ReinstateExpert) -> rpc.AdmissionView:
        return self.app.run(admit_expert.reinstate_expert, call)

    @answers(rpc.SubmitKycDocument)
    def submit_kyc_document(self, call: rpc.SubmitKycDocument) -> rpc.KycView:
        return self.app.run(verify_identity.submit_kyc_document, call)

    @answers(rpc.GetKyc)
    def get_kyc(self, call: rpc.GetKyc) -> rpc.KycView:
        return self.app.run(verify_identity.get_kyc, call)

    # what other services ask

    @answers(rpc.GetStanding)
    def get_standing(self, call: rpc.GetStanding) -> rpc.ExpertStanding:
        return self.app.run(tell_standing.get_standing, call)

    @answers(rpc.GetParty)
    def get_party(self, call: rpc.GetParty) -> Party:
        return self.app.run(tell_standing.get_party, call)

    # what other services tell

    @handles(PayeeStatusChanged)
    def payee_status_changed(self, event: PayeeStatusChanged) -> None:
        self.app.run(verify_identity.note_payee_status, event)

    @handles(PayeeDocumentChecked)
    def payee_document_checked(self, event: PayeeDocumentChecked) -> None:
        self.app.run(verify_identity.note_document_checked, event)

    @handles(MandateSigned)
    def mandate_signed(self, event: MandateSigned) -> None:
        self.app.run(sign.note_mandate_signed, event)

    @handles(MandateRevoked)
    def mandate_revoked(self, event: MandateRevoked) -> None:
        self.app.run(sign.note_mandate_revoked, event)

    @every(seconds=3600)
    def forget_expired(self) -> None:
        self.app.background(forget_expired.forget_expired)

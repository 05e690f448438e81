"""Accounts, sessions, companies, legal entities, admission, KYC and the two signatures of joining: charter and mandate."""

from contracts.billing.v1.rpc import GetMandate, RevokeMandate, SignMandate
from contracts.identity.v1 import rpc
from contracts.wire import Right, Role
from gateway.answers import CLOSES_COOKIE, OPENS_COOKIE
from gateway.exchange import Exchange
from gateway.route import ACCOUNTS, ANYBODY, COMPANY, DELETE, EXPERT, GET, PARTIES, PATCH, POST, PUT, Who

MANAGER = (Who(Role.COMPANY, Right.MANAGE_MEMBERS),)


def _own_secret(exchange: Exchange) -> str:
    return exchange.secret


_COOKIE = {"purpose": "cookie", "name": ""}
_TOKEN = {"purpose": "token"}

ROUTES = (
    POST("/accounts/companies", rpc.RegisterCompany, ANYBODY, 201, blind=True, rate="sign_up"),
    POST("/accounts/experts", rpc.RegisterExpert, ANYBODY, 201, blind=True, rate="sign_up"),
    POST("/accounts/confirm-email", rpc.ConfirmEmail, ANYBODY, blind=True, rate="login"),
    POST("/password/reset-request", rpc.RequestPasswordReset, ANYBODY, blind=True, rate="login"),
    POST("/password/reset", rpc.ResetPassword, ANYBODY, blind=True, rate="login"),
    POST("/password/change", rpc.ChangePassword, ACCOUNTS),
    POST("/sessions", rpc.LogIn, ANYBODY, 201, blind=True, rate="login", fills=_COOKIE, answering=OPENS_COOKIE),
    POST("/tokens", rpc.LogIn, ANYBODY, 201, blind=True, rate="login", fills=_TOKEN, name="create_token"),
    GET("/sessions", rpc.ListSessions, ACCOUNTS),
    DELETE("/sessions/current", rpc.LogOut, ACCOUNTS, fills={"secret": _own_secret}, answering=CLOSES_COOKIE),
    DELETE("/sessions/{session_id}", rpc.RevokeSession, ACCOUNTS),
    GET("/account", rpc.GetAccount, ACCOUNTS, hides=("account_id",)),
    PATCH("/account", rpc.UpdateAccount, ACCOUNTS),
    DELETE("/account", rpc.EraseAccount, ACCOUNTS, hides=("account_id", "reason"), answering=CLOSES_COOKIE),
    GET("/company", rpc.GetCompany, (COMPANY,), hides=("company_id",)),
    PUT("/company", rpc.SetCompanyDetails, MANAGER),
    POST("/company/members", rpc.InviteMember, MANAGER, 201),
    GET("/legal-entity", rpc.GetLegalEntity, (EXPERT,), hides=("expert_id",)),
    PUT("/legal-entity", rpc.SetLegalEntity, (EXPERT,)),
    GET("/charter", rpc.GetCharter, ANYBODY, blind=True),
    POST("/charter", rpc.SignCharter, (EXPERT,)),
    GET("/mandate", GetMandate, (EXPERT,), hides=("expert_id",)),
    POST("/mandate", SignMandate, (EXPERT,)),
    POST("/mandate/revoke", RevokeMandate, (EXPERT,)),
    GET("/admission", rpc.GetAdmission, (EXPERT,), hides=("expert_id",)),
    POST("/admission", rpc.SubmitForAdmission, (EXPERT,)),
    GET("/kyc", rpc.GetKyc, (EXPERT,), hides=("expert_id",)),
    POST("/kyc/documents", rpc.SubmitKycDocument, (EXPERT,), 201, deadline_seconds=30),
    GET("/referral", rpc.GetReferral, PARTIES),
)

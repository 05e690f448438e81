"""Referral: a code to give to others, and how many came with it (M67, M68)."""

from contracts.identity.v1 import rpc
from contracts.identity.v1.errors import NotAllowed, UnknownAccount
from identity.use_cases.authorise import account_of
from identity.use_cases.ports import Ports


def get_referral(call: rpc.GetReferral, ports: Ports) -> rpc.ReferralView:
    """One's own. Raises Unauthenticated; NotAllowed for the operator's team, which refers nobody."""
    account = ports.uow.accounts.get(account_of(call.actor))
    if account is None:
        raise UnknownAccount()
    if account.referral_code is None:
        raise NotAllowed("This account has no referral code")
    return rpc.ReferralView(code=account.referral_code, joined=ports.uow.accounts.count_referred_by(account.id))

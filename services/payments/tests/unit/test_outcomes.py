"""Declined is not unknown: what each of Stripe's errors means for an operation; settings that stop the start."""

import pytest
import stripe

from chassis.settings import BadSetting, Settings
from payments import config
from payments.adapters.stripe_accounts import status_of
from payments.adapters.stripe_outcomes import failure_of
from payments.use_cases.provider import Bug, Declined, Retry, Unknown


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (stripe.CardError("no", None, "card_declined", http_status=402), Declined),
        (stripe.InvalidRequestError("bad", "amount", http_status=400), Bug),
        (stripe.InvalidRequestError("no such card", "payment_method", http_status=400), Declined),
        (stripe.InvalidRequestError("poor", None, "balance_insufficient", http_status=400), Retry),
        (stripe.InvalidRequestError("restricted", None, "payouts_not_allowed", http_status=400), Declined),
        (
            stripe.InvalidRequestError("restricted", "destination", "insufficient_capabilities_for_transfer", http_status=400),
            Declined,
        ),
        (stripe.AuthenticationError("key", http_status=401), Bug),
        (stripe.PermissionError("no", http_status=403), Bug),
        (stripe.IdempotencyError("reused", http_status=400), Bug),
        (stripe.APIError("in flight", http_status=409), Retry),
        (stripe.RateLimitError("slow down", http_status=429), Retry),
        (stripe.APIConnectionError("reset"), Unknown),
        (stripe.APIError("oops", http_status=500), Unknown),
    ],
)
def test_each_error_has_one_meaning(error, expected):
    assert type(failure_of(error)) is expected


def test_only_a_failure_that_was_replayed_will_be_repeated_under_its_key():
    replayed = stripe.APIError("oops", http_status=503, headers={"Idempotent-Replayed": "true"})

    assert failure_of(replayed) == Unknown("APIError: oops", answered=True)
    assert failure_of(stripe.APIError("oops", http_status=503)) == Unknown("APIError: oops")
    assert failure_of(stripe.APIConnectionError("reset")) == Unknown("APIConnectionError: reset")


@pytest.mark.parametrize(
    ("account", "state"),
    [
        ({"payouts_enabled": True, "capabilities": {"transfers": "active"}}, "verified"),
        ({"requirements": {"currently_due": ["person_1.verification.document"]}}, "incomplete"),
        ({"requirements": {"pending_verification": ["documents.company_memorandum_of_association.files"]}}, "pending"),
        ({"requirements": {"disabled_reason": "rejected.fraud"}}, "rejected"),
        ({"requirements": {"disabled_reason": "platform_paused"}}, "restricted"),
    ],
)
def test_an_accounts_requirements_are_a_state(account, state):
    assert status_of({"id": "acct_1", **account}).state == state


def settings(tmp_path, **env):
    if "table" in env:
        policy = tmp_path / "policy.toml"
        policy.write_text("[payments]\n" + env.pop("table"))
        env["POLICY"] = str(policy)
    return Settings("payments", env)


GOOD = """
commission_rate_bp = 1500
commission_base = "mission_ht"
commission_timing = "first_instalment"
brought_client_rate_bp = 1500
means = ["card"]
payout_business_days = { DEFAULT = 4 }
"""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("commission_rate_bp = 1500", "commission_rate_bp = 15000"), "commission_rate_bp"),
        (("commission_rate_bp = 1500\n", ""), "commission_rate_bp"),
        (('"mission_ht"', '"profit"'), "commission_base"),
        (('"first_instalment"', '"later"'), "commission_timing"),
        (('["card"]', '["cheque"]'), "means"),
        (("DEFAULT", "FR"), "payout_business_days"),
        (("means", "meens"), "meens"),
    ],
)
def test_a_bad_missing_or_unknown_policy_key_stops_the_start_with_its_name(tmp_path, change, named):
    with pytest.raises(BadSetting, match=named):
        config.read_policy(settings(tmp_path, table=GOOD.replace(*change)))


@pytest.mark.parametrize("preset", ["akigora", "mission-internationale"])
def test_both_presets_are_good(tmp_path, preset):
    assert config.read_policy(settings(tmp_path, POLICY=preset)).means == ("card", "transfer")


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"PAYMENT_PROVIDER": "piggybank"}, "PAYMENT_PROVIDER"),
        ({"PAYMENT_PROVIDER": "stripe"}, "STRIPE_API_KEY"),
        ({"PAYMENT_PROVIDER": "stripe", "STRIPE_API_KEY": "sk_live_1"}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_API_KEY": "sk_live_1"}, "STRIPE_API_KEY"),
        ({"PAYMENTS_POLL_SECONDS": "often"}, "PAYMENTS_POLL_SECONDS"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(tmp_path, env, named):
    with pytest.raises(BadSetting, match=named):
        config.read(settings(tmp_path, **env))

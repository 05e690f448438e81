"""Hearing from the provider: webhooks in, a poll that closes their gaps, and a worker that fetches what they are about.

An event is kept once, by its id, whichever way it came. Its payload is never believed: the object is fetched, and only legal
transitions are applied, so that duplicates and any order do no harm.
"""

from datetime import timedelta

from contracts.payments.v1.rpc import ReceiveWebhook
from contracts.shapes import Done
from payments.domain.calendar import day_of
from payments.use_cases.learn_payee import learn_payee
from payments.use_cases.learn_payin import learn_payin
from payments.use_cases.learn_payout import learn_payout
from payments.use_cases.ports import Ports, SeenEvent
from payments.use_cases.provider import Bug, Outcome, ProviderEvent, Succeeded
from payments.use_cases.receive_transfer import receive_transfer

LEASE = timedelta(seconds=30)
ATTEMPTS = 100
LONGEST_WAIT_SECONDS = 900.0
EVENTS, ACCOUNT_UPDATED = "events", "account.updated"


def receive_webhook(call: ReceiveWebhook, ports: Ports) -> Done:
    """Keeps the event and answers; anybody may call, the signature is what counts. Raises ForgedWebhook, StaleWebhook."""
    event = ports.provider.parse_webhook(call.body, call.signature)
    ports.events.add(_seen(event, ports))
    return Done(id=event.id)


def poll_provider(ports: Ports) -> None:
    """Asks for the events since the last, and looks again at connected accounts' objects, which the platform's list leaves out."""
    now = ports.machine_clock.now()
    poll = ports.events.take_poll(EVENTS, now)
    if poll is None:
        return
    poll.next_at = now + timedelta(seconds=ports.poll_seconds)
    for event in _open_objects(ports):
        ports.events.look_again(_seen(event, ports))
    ports.uow.commit_and_go_on()
    heard = ports.provider.events_after(poll.cursor)
    if isinstance(heard, Succeeded):
        for event in heard.value:
            ports.events.add(_seen(event, ports))
            poll.cursor = event.id
    elif isinstance(heard, Bug):
        poll.cursor = None  # the provider no longer knows where we were: from the beginning


def apply_next_event(ports: Ports) -> bool:
    """Applies one event that is due; False when none is."""
    now = ports.machine_clock.now()
    event = ports.events.take_due(now)
    if event is None:
        return False
    event.attempts, event.next_attempt_at = event.attempts + 1, now + LEASE
    if event.attempts > ATTEMPTS:
        event.state, event.next_attempt_at = "parked", None
        return True
    ports.uow.commit_and_go_on()
    failure = _apply(event, ports)
    if failure is None:
        event.state, event.next_attempt_at, event.error = "done", None, ""
    else:
        event.next_attempt_at, event.error = now + timedelta(seconds=min(LONGEST_WAIT_SECONDS, 2.0**event.attempts)), failure
    return True


def _seen(event: ProviderEvent, ports: Ports) -> SeenEvent:
    now = ports.machine_clock.now()
    return SeenEvent(
        id=event.id,
        type=event.type,
        object_id=event.object_id,
        parent_id=event.parent_id,
        account_ref=event.account_ref,
        received_at=now,
        next_attempt_at=now,
    )


def _open_objects(ports: Ports) -> list[ProviderEvent]:
    """What may have changed without our being told, as if we had been."""
    now = ports.uow.now
    payouts, payees = ports.payouts.to_check(day_of(now), now), ports.payees.to_check(now)
    refs = []
    for payout in payouts:
        payout.checked_at = now
        refs.append(("payout.updated", payout.provider_ref or "", payout.account_ref or ""))
    for payee in payees:
        payee.checked_at = now
        refs.append((ACCOUNT_UPDATED, payee.account_ref or "", payee.account_ref or ""))
    return [ProviderEvent(id=f"look_{ref}", type=what, object_id=ref, account_ref=account) for what, ref, account in refs]


def _apply(event: SeenEvent, ports: Ports) -> str | None:
    """Fetches the object and applies it; why it could not, None when it could or is none of ours."""
    if event.type.startswith("payment_intent."):
        return _apply_payin(event, ports)
    if event.type == "customer_cash_balance_transaction.created":
        return _apply_transfer(event, ports)
    if event.type == ACCOUNT_UPDATED:
        return _apply_account(event, ports)
    if event.type in ("payout.paid", "payout.failed", "payout.updated", "payout.canceled"):
        return _apply_payout(event, ports)
    return None


def _apply_payin(event: SeenEvent, ports: Ports) -> str | None:
    fetched = ports.provider.payin_status(event.object_id)
    if not isinstance(fetched, Succeeded):
        return _reason(fetched)
    payin = ports.payins.of_intent(event.object_id)
    if payin is not None:
        learn_payin(payin.id, fetched.value, ports)
        return None
    operation = ports.operations.lock(fetched.value.op)
    if operation is not None:  # it was quicker than the answer to our own call
        learn_payin(operation.input["payin_id"], fetched.value, ports)
    return None


def _apply_transfer(event: SeenEvent, ports: Ports) -> str | None:
    fetched = ports.provider.received_transfer(event.parent_id, event.object_id)
    if not isinstance(fetched, Succeeded):
        return _reason(fetched)
    if fetched.value is not None:
        receive_transfer(fetched.value, ports)
    return None


def _apply_account(event: SeenEvent, ports: Ports) -> str | None:
    known = ports.payees.of_account(event.object_id)
    learned = known.learned if known else 0
    ports.uow.commit_and_go_on()
    fetched = ports.provider.account_status(event.object_id)
    if not isinstance(fetched, Succeeded):
        return _reason(fetched)
    payee = ports.payees.lock_account(event.object_id)
    if payee is not None and payee.learned != learned:
        return "another state was learnt of while this one was fetched"
    if payee is not None:
        learn_payee(payee, fetched.value, ports)
    return None


def _apply_payout(event: SeenEvent, ports: Ports) -> str | None:
    fetched = ports.provider.payout_status(event.account_ref, event.object_id)
    if not isinstance(fetched, Succeeded):
        return _reason(fetched)
    payout = ports.payouts.lock_ref(event.object_id)
    if payout is None:
        return "this payout's operation has not ended yet"
    learn_payout(payout, fetched.value, ports)
    return None


def _reason(outcome: Outcome[object]) -> str:
    return getattr(outcome, "reason", type(outcome).__name__)

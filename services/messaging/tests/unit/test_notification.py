"""A notification is tried until it is sent, or until the last attempt."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.domain.notification import Channel, DeliveryState, Notification, NotificationNotQueued

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def notification(kind: str = "admitted") -> Notification:
    return Notification("ntf_1", "acc_1", Channel.EMAIL, kind, "a@b.example", "Sujet", "Texte 123", NOON, NOON)


def test_a_failure_is_tried_again_after_a_pause_that_doubles():
    mail = notification()
    pauses = []

    for _ in range(3):
        mail.lease(NOON)
        mail.failed(NOON, "no route")
        pauses.append(mail.next_attempt_at - NOON)

    assert pauses == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert mail.state is DeliveryState.QUEUED


def test_the_eighth_failure_is_the_last():
    mail = notification()

    last = []
    for _ in range(8):
        mail.lease(NOON)
        last.append(mail.failed(NOON, "mailbox unknown"))

    assert last == [False] * 7 + [True]
    assert (mail.state, mail.error) == (DeliveryState.FAILED, "mailbox unknown")


def test_a_sent_mail_is_not_sent_again():
    mail = notification()
    mail.lease(NOON)
    mail.sent(NOON)

    with pytest.raises(NotificationNotQueued):
        mail.lease(NOON)


def test_a_token_does_not_outlive_its_mail():
    mail = notification("reset_password")
    mail.lease(NOON)

    mail.sent(NOON)

    assert mail.text == ""

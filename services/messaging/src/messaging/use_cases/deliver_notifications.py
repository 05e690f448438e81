"""Sends what is queued: lease, send with no transaction open, record. A worker that dies leaves a lease that runs out."""

from contracts.messaging.v1.events import NotificationFailed
from messaging.domain.notification import Channel, Notification
from messaging.use_cases.ports import NotDelivered, Ports

BATCH = 20


def deliver_notifications(ports: Ports) -> int:
    """Sends one batch of due notifications; answers how many were tried."""
    due = ports.uow.notifications.due(ports.uow.now, BATCH)
    for notification in due:
        notification.lease(ports.uow.now)
    ports.uow.commit_and_go_on()
    for notification in due:
        _deliver(notification, ports)
        ports.uow.commit_and_go_on()
    return len(due)


def _deliver(notification: Notification, ports: Ports) -> None:
    try:
        with ports.uow.released():
            _send(notification, ports)
    except Exception as error:  # whatever one text or one channel does, the others go out
        reason = str(error) if isinstance(error, NotDelivered) else f"{type(error).__name__}: {error}"
        if notification.failed(ports.uow.now, reason):
            ports.uow.emit(_failed(notification), about=notification.notification_id)
    else:
        notification.sent(ports.uow.now)


def _send(notification: Notification, ports: Ports) -> None:
    if notification.channel is Channel.EMAIL:
        ports.mail.send(
            to=notification.address,
            subject=notification.subject,
            text=notification.text,
            message_id=notification.notification_id,
        )
    else:
        ports.sms.send(to=notification.address, text=notification.text, reference=notification.notification_id)


def _failed(notification: Notification) -> NotificationFailed:
    return NotificationFailed(
        notification_id=notification.notification_id,
        account_id=notification.account_id,
        channel=notification.channel.value,
        reason=notification.error,
    )

"""What was written to whom: one's own, or anybody's for the team's support. Tokens are never shown."""

from contracts.messaging.v1 import rpc
from contracts.shapes import Page
from contracts.wire import Right, Role
from kernel.errors import Forbidden
from messaging.domain.notification import SECRET_KINDS, Notification
from messaging.use_cases.ports import Ports


def list_notifications(call: rpc.ListNotifications, ports: Ports) -> Page[rpc.NotificationView]:
    """Newest first. Raises Forbidden for another's without the right to support."""
    account_id = call.account_id
    if not (call.actor.role is Role.OPERATOR and Right.SUPPORT in call.actor.rights):
        if call.actor.account_id is None or account_id not in (None, call.actor.account_id):
            raise Forbidden("only the team's support reads others' notifications")
        account_id = call.actor.account_id
    page = ports.uow.notifications.of(account_id=account_id, kind=call.kind, cursor=call.cursor, limit=call.limit)
    return Page(items=tuple(_view(each) for each in page.items), next_cursor=page.next_cursor)


def _view(notification: Notification) -> rpc.NotificationView:
    return rpc.NotificationView(
        notification_id=notification.notification_id,
        account_id=notification.account_id,
        channel=notification.channel.value,
        kind=notification.kind,
        subject=notification.subject,
        text="" if notification.kind in SECRET_KINDS else notification.text,
        state=notification.state.value,
        created_at=notification.created_at,
        sent_at=notification.sent_at,
        error=notification.error,
    )

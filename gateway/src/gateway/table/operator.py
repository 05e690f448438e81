"""What the operator's team does: committee, support, finance, and events that could not be applied."""

from contracts.catalog.v1.rpc import SetVisibility
from contracts.identity.v1 import rpc as identity
from contracts.messaging.v1.rpc import ListNotifications
from contracts.operations.v1 import rpc as operations
from contracts.payments.v1 import rpc as payments
from contracts.wire import Right, Role
from gateway.route import GET, POST, PUT, Key, Who

COMMITTEE, SUPPORT, FINANCE = ((Who(Role.OPERATOR, right),) for right in (Right.COMMITTEE, Right.SUPPORT, Right.FINANCE))
WATCHING = (*SUPPORT, *COMMITTEE)
OPERATING = (*SUPPORT, *FINANCE, Who(Role.OPERATOR, Right.MEDIATOR))
COSTS = Key.REQUIRED

ROUTES = (
    GET("/operator/admissions", identity.ListAdmissions, COMMITTEE),
    POST("/operator/admissions/{expert_id}/votes", identity.VoteOnAdmission, COMMITTEE),
    POST("/operator/experts/{expert_id}/suspend", identity.SuspendExpert, WATCHING),
    POST("/operator/experts/{expert_id}/reinstate", identity.ReinstateExpert, WATCHING),
    POST("/operator/experts/{expert_id}/confirm-legal-entity", identity.ConfirmLegalEntity, SUPPORT),
    PUT("/operator/profiles/{expert_id}/visibility", SetVisibility, SUPPORT, name="switch_visibility"),
    GET("/operator/notifications", ListNotifications, SUPPORT, name="list_notifications_of"),
    GET("/operator/operations", payments.ListOperations, FINANCE),
    POST("/operator/operations/{operation_id}/replay", payments.ReplayOperation, FINANCE, key=COSTS),
    GET("/operator/unallocated", payments.ListUnallocated, FINANCE),
    GET("/operator/events/{service}", operations.ListParkedEvents, OPERATING),
    POST("/operator/events/{service}/{event_id}/replay", operations.ReplayEvent, OPERATING, key=COSTS),
    GET("/operator/audit/{service}", operations.ListAudit, OPERATING),
)

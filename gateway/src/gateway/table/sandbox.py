"""Only in a sandbox: time that can be moved, and the client's bank that can be played."""

from contracts.payments.v1.rpc import SimulateTransfer
from gateway.route import ANYBODY, GET, OPERATOR, POST, Key
from gateway.sandbox import AdvanceClock, ReadClock, advance, read

ROUTES = (
    POST("/sandbox/transfers", SimulateTransfer, ANYBODY, key=Key.REQUIRED),
    POST("/sandbox/clock", AdvanceClock, (OPERATOR,), here=advance),
    GET("/sandbox/clock", ReadClock, ANYBODY, here=read),
)

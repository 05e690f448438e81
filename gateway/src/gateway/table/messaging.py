"""Conversations and notifications. Who writes first decides which call it is (A71, P16)."""

from contracts.messaging.v1 import rpc
from gateway.route import ACCOUNTS, COMPANY, EXPERT, GET, PARTIES, POST

ROUTES = (
    GET("/conversations", rpc.ListConversations, PARTIES),
    POST("/conversations", rpc.ContactExpert, (COMPANY,), 201),
    POST("/conversations", rpc.ContactCompany, (EXPERT,), 201),
    GET("/conversations/{conversation_id}/messages", rpc.ListMessages, PARTIES),
    POST("/conversations/{conversation_id}/messages", rpc.SendMessage, PARTIES, 201),
    POST("/conversations/{conversation_id}/read", rpc.MarkRead, PARTIES),
    GET("/notifications", rpc.ListNotifications, ACCOUNTS, hides=("account_id", "kind")),
)

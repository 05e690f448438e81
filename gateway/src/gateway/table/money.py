"""Escrow, payments, payouts and documents: what payments and billing own."""

from contracts.billing.v1 import rpc as billing
from contracts.payments.v1 import rpc as payments
from contracts.wire import Right, Role
from gateway.answers import PDF
from gateway.route import EXPERT, GET, PARTIES, POST, Key, Who

FINANCE = Who(Role.OPERATOR, Right.FINANCE)
PAYER = (Who(Role.COMPANY, Right.PAY),)

ROUTES = (
    GET("/missions/{mission_id}/escrow", payments.GetEscrow, (*PARTIES, FINANCE)),
    GET("/missions/{mission_id}/ledger", payments.GetLedger, (*PARTIES, FINANCE)),
    POST("/missions/{mission_id}/instalments/{instalment}/payments", payments.PayInstalment, PAYER, 201, Key.REQUIRED),
    GET("/missions/{mission_id}/payments", payments.ListPayins, (*PARTIES, FINANCE)),
    GET("/payments/{payin_id}", payments.GetPayin, (*PARTIES, FINANCE)),
    POST("/payments/{payin_id}/cancel", payments.CancelPayin, PAYER, key=Key.REQUIRED),
    GET("/payouts", payments.ListPayouts, (EXPERT, FINANCE)),
    GET("/missions/{mission_id}/documents", billing.ListDocuments, (*PARTIES, FINANCE), name="list_mission_documents"),
    GET("/documents", billing.ListDocuments, PARTIES, hides=("mission_id",)),
    GET("/documents/{document_id}", billing.GetDocument, (*PARTIES, FINANCE)),
    GET("/documents/{document_id}/file", billing.DownloadDocument, (*PARTIES, FINANCE), answering=PDF),
)

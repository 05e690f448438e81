"""From the mission sheet to the review: what contracting owns."""

from contracts.contracting.v1 import rpc
from contracts.wire import Right, Role
from gateway.route import COMPANY, EXPERT, GET, PARTIES, POST, PUT, Key, Who

SIGNATORY = (Who(Role.COMPANY, Right.ACCEPT_QUOTES),)
BOUND = (EXPERT, *SIGNATORY)
TEAM = (Who(Role.OPERATOR, Right.SUPPORT), Who(Role.OPERATOR, Right.MEDIATOR))
SEEN_BY = (*PARTIES, *TEAM)
COSTS = Key.REQUIRED

ROUTES = (
    GET("/sheets", rpc.ListSheets, PARTIES),
    POST("/sheets", rpc.CreateSheet, (COMPANY,), 201),
    POST("/sheets/{sheet_id}/offers", rpc.SendOffers, (COMPANY,), 201, COSTS),
    GET("/offers", rpc.ListOffers, PARTIES),
    POST("/offers/{offer_id}/decline", rpc.DeclineOffer, (EXPERT,)),
    GET("/quotes", rpc.ListQuotes, PARTIES),
    POST("/quotes", rpc.DraftQuote, (EXPERT,), 201, COSTS),
    GET("/quotes/{quote_id}", rpc.GetQuote, SEEN_BY),
    PUT("/quotes/{quote_id}", rpc.EditQuote, (EXPERT,)),
    POST("/quotes/{quote_id}/send", rpc.SendQuote, (EXPERT,), key=COSTS),
    POST("/quotes/{quote_id}/withdraw", rpc.WithdrawQuote, (EXPERT,)),
    POST("/quotes/{quote_id}/decline", rpc.DeclineQuote, SIGNATORY),
    POST("/quotes/{quote_id}/accept", rpc.AcceptQuote, SIGNATORY, key=COSTS),
    GET("/missions", rpc.ListMissions, SEEN_BY),
    GET("/missions/{mission_id}", rpc.GetMission, SEEN_BY),
    POST("/missions/{mission_id}/start", rpc.StartMission, (EXPERT,)),
    POST("/missions/{mission_id}/amend", rpc.AmendMission, BOUND),
    POST("/missions/{mission_id}/amendment-answer", rpc.AnswerAmendment, BOUND),
    POST("/missions/{mission_id}/release-request", rpc.RequestRelease, (EXPERT,), key=COSTS),
    POST("/missions/{mission_id}/instalments/{instalment}/approve-release", rpc.ApproveRelease, SIGNATORY, key=COSTS),
    POST("/missions/{mission_id}/report", rpc.FileReport, (EXPERT,)),
    POST("/missions/{mission_id}/validate", rpc.ValidateReport, BOUND, key=COSTS),
    POST("/missions/{mission_id}/cancel", rpc.CancelMission, (*BOUND, *TEAM), key=COSTS),
    POST("/missions/{mission_id}/review", rpc.WriteReview, PARTIES, 201),
    GET("/dashboard", rpc.GetDashboard, PARTIES),
)

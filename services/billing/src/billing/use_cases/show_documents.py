"""Showing documents to whom they belong (A34, M52, M104): their seller, their buyer, services, operators with finance."""

import base64

from billing.domain.numbers import legal_day
from billing.domain.paper import Document, State
from billing.use_cases.ports import Ports, Query
from contracts.billing.v1.errors import UnknownDocument
from contracts.billing.v1.rpc import DocumentView, DownloadDocument, GetDocument, ListDocuments
from contracts.shapes import FileContent, Page
from contracts.wire import Actor, Right, Role
from kernel.errors import Forbidden, Invalid

PAGE_AT_MOST = 100


def list_documents(call: ListDocuments, ports: Ports) -> Page[DocumentView]:
    """The caller's, newest first; of one mission, oldest first. Raises Forbidden, Invalid (cursor, limit)."""
    if not 1 <= call.limit <= PAGE_AT_MOST:
        raise Invalid(f"limit is between 1 and {PAGE_AT_MOST}", field="limit")
    actor = call.actor
    own = actor.expert_id if actor.role is Role.EXPERT else actor.company_id if actor.role is Role.COMPANY else None
    if not (own or _sees_all(actor)):
        raise Forbidden("documents are for experts, companies and operators with the right of finance")
    query = Query(
        expert_id=actor.expert_id if actor.role is Role.EXPERT else None,
        company_id=actor.company_id if actor.role is Role.COMPANY else None,
        mission_id=call.mission_id,
        after=_place(call.cursor),
        limit=call.limit + 1,
    )
    found = ports.uow.documents.list(query)
    more = len(found) > call.limit
    return Page(
        items=tuple(view(document) for _, document in found[: call.limit]),
        next_cursor=str(found[call.limit - 1][0]) if more else None,
    )


def get_document(call: GetDocument, ports: Ports) -> DocumentView:
    """Raises UnknownDocument, also for a document of others."""
    return view(_seen_by(call.actor, call.document_id, ports))


def download_document(call: DownloadDocument, ports: Ports) -> FileContent:
    """The PDF as it was issued. Raises UnknownDocument, also for a parked document: it has no file."""
    document = _seen_by(call.actor, call.document_id, ports)
    if document.state is not State.ISSUED:
        raise UnknownDocument("this document is not issued yet")
    content = base64.b64encode(ports.uow.documents.file(document.document_id)).decode()
    return FileContent(filename=f"{document.number}.pdf", content_type="application/pdf", content=content)


def view(document: Document) -> DocumentView:
    """How a document is shown. A parked one has no number and no hash; its day is the one it was first tried on."""
    paper = document.paper
    return DocumentView(
        document_id=document.document_id,
        kind=paper.kind.value,
        number=document.number,
        mission_id=paper.mission_id,
        issued_on=document.issued_on or legal_day(document.created_at),
        seller_id=document.seller_id,
        buyer_id=document.buyer_id,
        ht=paper.ht,
        vat=paper.vat.amount,
        ttc=paper.ttc,
        state=document.state.value,
        sha256=document.sha256,
        type_code=paper.type_code,
        instalment=paper.instalment or None,
        paid=paper.paid,
        due=paper.due,
        credits_number=paper.corrects[0].number if paper.corrects and paper.ttc.amount < 0 else "",
        settled_on=paper.settled_on,
        reason=document.reason,
    )


def _seen_by(actor: Actor, document_id: str, ports: Ports) -> Document:
    document = ports.uow.documents.get(document_id)
    if document is None or not (_sees_all(actor) or _is_party(actor, document)):
        raise UnknownDocument
    return document


def _is_party(actor: Actor, document: Document) -> bool:
    if actor.role is Role.EXPERT and actor.expert_id:
        return actor.expert_id in (document.seller_id, document.buyer_id)
    is_buyer = actor.role is Role.COMPANY and actor.company_id is not None and actor.company_id == document.buyer_id
    return is_buyer and document.state is State.ISSUED


def _sees_all(actor: Actor) -> bool:
    return actor.role is Role.SERVICE or (actor.role is Role.OPERATOR and Right.FINANCE in actor.rights)


def _place(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise Invalid("this cursor is not one of ours", field="cursor")
    return int(cursor)

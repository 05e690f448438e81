"""Admission to the marketplace: the expert asks, the committee votes, the team suspends and reinstates (P1, A3, A40-A42, A72)."""

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import UnknownExpert
from contracts.identity.v1.rpc import AdmissionState
from contracts.shapes import Page
from contracts.wire import Actor, Right
from identity.domain import fields
from identity.domain.admission import AdmissionCase
from identity.domain.expert import Expert
from identity.use_cases.authorise import expert_id_of, expert_of, known_expert, require_operator
from identity.use_cases.ports import Ports
from identity.use_cases.show import show_admission
from kernel.errors import Invalid
from kernel.ids import is_id


def submit_for_admission(call: rpc.SubmitForAdmission, ports: Ports) -> rpc.AdmissionView:
    """Raises BelowThreshold (A2), AdmissionIncomplete (`missing`), AdmissionClosed, Invalid."""
    letters = fields.whole_number(call.reference_letters, "reference_letters", lowest=0, highest=100)
    case, expert = _case(expert_of(call.actor), ports, lock=True)
    case.submit(expert, ports.rules.policy, ports.rules.charter.version, letters, call.presentation, ports.uow.now)
    ports.uow.emit(events.AdmissionSubmitted(expert_id=case.expert_id), about=case.expert_id)
    return _show(case, expert, call.actor, ports)


def get_admission(call: rpc.GetAdmission, ports: Ports) -> rpc.AdmissionView:
    """One's own; any for the committee, support and services. Raises UnknownExpert, NotAllowed, Unauthenticated."""
    case, expert = _case(known_expert(call.actor, call.expert_id, Right.COMMITTEE, Right.SUPPORT), ports)
    return _show(case, expert, call.actor, ports)


def list_admissions(call: rpc.ListAdmissions, ports: Ports) -> Page[rpc.AdmissionView]:
    """Cases that were submitted, newest expert first. Raises NotAllowed, Invalid."""
    require_operator(call.actor, Right.COMMITTEE)
    limit = fields.whole_number(call.limit, "limit", lowest=1, highest=100)
    if call.cursor is not None and not is_id(call.cursor, "exp"):
        raise Invalid("This cursor is not one that was given out", field="cursor")
    cases = ports.uow.admissions.page(call.state, call.cursor, limit + 1)
    shown, more = cases[:limit], len(cases) > limit
    experts = ports.uow.experts.many([case.expert_id for case in shown])
    accounts = ports.uow.accounts.many([expert.account_id for expert in experts.values()])
    views = tuple(
        show_admission(case, expert, accounts[expert.account_id].full_name, call.actor, ports)
        for case in shown
        for expert in (experts[case.expert_id],)
    )
    return Page(items=views, next_cursor=shown[-1].expert_id if more else None)


def vote_on_admission(call: rpc.VoteOnAdmission, ports: Ports) -> rpc.AdmissionView:
    """One vote a committee member. Raises NotAllowed, UnknownExpert, AdmissionClosed, AlreadyVoted, Invalid."""
    voter = require_operator(call.actor, Right.COMMITTEE)
    case, expert = _case(expert_id_of(call.expert_id), ports, lock=True)
    case.vote(voter, call.in_favour, call.reason, ports.uow.now)
    if case.state is AdmissionState.ADMITTED:
        ports.uow.emit(events.ExpertAdmitted(expert_id=case.expert_id), about=case.expert_id)
    if case.state is AdmissionState.REFUSED:
        ports.uow.emit(events.ExpertRefused(expert_id=case.expert_id, reason=case.reason), about=case.expert_id)
    return _show(case, expert, call.actor, ports)


def suspend_expert(call: rpc.SuspendExpert, ports: Ports) -> rpc.AdmissionView:
    """By support or the committee, with a reason that is told to the expert (A72).

    Raises NotAllowed, AdmissionClosed, Invalid.
    """
    require_operator(call.actor, Right.SUPPORT, Right.COMMITTEE)
    case, expert = _case(expert_id_of(call.expert_id), ports, lock=True)
    case.suspend(call.reason)
    ports.uow.emit(events.ExpertSuspended(expert_id=case.expert_id, reason=case.reason), about=case.expert_id)
    return _show(case, expert, call.actor, ports)


def reinstate_expert(call: rpc.ReinstateExpert, ports: Ports) -> rpc.AdmissionView:
    """By support or the committee, with a reason that is audited. Raises NotAllowed, AdmissionClosed, Invalid."""
    require_operator(call.actor, Right.SUPPORT, Right.COMMITTEE)
    fields.text(call.reason, "reason", longest=1000, lines=True)
    case, expert = _case(expert_id_of(call.expert_id), ports, lock=True)
    case.reinstate()
    ports.uow.emit(events.ExpertReinstated(expert_id=case.expert_id), about=case.expert_id)
    return _show(case, expert, call.actor, ports)


def _case(expert_id: str, ports: Ports, *, lock: bool = False) -> tuple[AdmissionCase, Expert]:
    """Raises UnknownExpert."""
    case, expert = ports.uow.admissions.get(expert_id, lock=lock), ports.uow.experts.get(expert_id)
    if case is None or expert is None:
        raise UnknownExpert()
    return case, expert


def _show(case: AdmissionCase, expert: Expert, actor: Actor, ports: Ports) -> rpc.AdmissionView:
    account = ports.uow.accounts.get(expert.account_id)
    return show_admission(case, expert, account.full_name if account else "", actor, ports)

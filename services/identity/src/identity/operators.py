"""`create-operator`: the team's first accounts are made at installation, on the machine itself, and by nobody from outside."""

import argparse
import getpass
import os

from chassis import settings
from chassis.edge import Edge
from contracts.identity.v1.rpc import AccountView, RegisterOperator
from contracts.wire import SERVICE, Right
from identity import bootstrap
from identity.domain.account import OPERATOR_RIGHTS
from identity.use_cases.register import register_operator
from kernel.errors import Problem
from kernel.ids import new_id


def main(arguments: list[str]) -> int:
    """Makes one operator's account and prints its id; 1 with the reason when that is refused."""
    asked = _read(arguments)
    password = os.environ.get("OPERATOR_PASSWORD") or getpass.getpass(f"Password for {asked.email}: ")
    try:
        account = create_operator(asked.email, password, tuple(map(Right, asked.right)), asked.first_name, asked.last_name)
    except (Problem, settings.BadSetting) as refusal:
        print(f"create-operator: {refusal}")  # noqa: T201 - the answer of a command
        return 1
    print(f"{account.account_id} {account.email} {' '.join(account.rights)}")  # noqa: T201 - the answer of a command
    return 0


def create_operator(email: str, password: str, rights: tuple[Right, ...], first_name: str, last_name: str) -> AccountView:
    """The new account. Raises EmailTaken, WeakPassword, Invalid, BadSetting."""
    own = settings.for_service("identity")
    call = RegisterOperator(
        actor=SERVICE,
        idempotency_key=new_id("key", own.machine_clock.now()),
        email=email,
        password=password,
        first_name=first_name,
        last_name=last_name,
        rights=rights,
    )
    edge = Edge(bootstrap.build(own), own)
    try:
        return edge.run(register_operator, call)
    finally:
        edge.engine.dispose()


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m identity create-operator",
        description="Makes an account of the operator's team. The password comes from OPERATOR_PASSWORD, else it is asked for.",
    )
    parser.add_argument("email")
    parser.add_argument("--right", action="append", default=[], choices=[right.value for right in OPERATOR_RIGHTS])
    parser.add_argument("--first-name", default="Operator")
    parser.add_argument("--last-name", default="Team")
    return parser.parse_args(arguments)

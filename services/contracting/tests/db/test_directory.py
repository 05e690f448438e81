"""Names: copied from identity's events, pseudonymised when an account is erased (A55)."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from contracting.use_cases import keep_directory
from contracts.contracting.v1 import rpc
from contracts.identity.v1.events import AccountErased, AccountUpdated
from contracts.wire import Actor, Envelope, Role
from kernel.errors import NotYet


def names(here, quote_id):
    view = here.ask(rpc.GetQuote, Actor(role=Role.SERVICE), quote_id=quote_id)
    return view.expert_name, view.company_name


def test_a_new_name_shows_and_an_erased_one_is_gone_for_good(market, content):
    here = market()
    company, expert = here.company(), here.expert()
    here.introduce(company, expert)
    quote_id = here.quote(expert, content(), company_id=company.company_id).quote_id
    renamed = AccountUpdated(
        account_id=expert.account_id, email="h@x.example", first_name="Hélène", last_name="Dubois", phone="", locale="fr"
    )

    here.tell(renamed)
    assert names(here, quote_id) == ("Hélène Dubois", "Atelier Mécanique SAS")

    here.tell(AccountErased(account_id=expert.account_id, expert_id=expert.expert_id))
    here.tell(AccountErased(account_id=company.account_id, company_id=company.company_id))
    here.tell(renamed)
    assert names(here, quote_id) == (f"#{expert.account_id[-6:]}", f"#{company.company_id[-6:]}")
    assert here.sql("SELECT count(*) FROM accounts WHERE concat(first_name, last_name) ~ 'Hélène|Dubois|Roche'") == [(0,)]


def test_the_last_name_told_stands_though_it_was_heard_first(market, content):
    here = market()
    company, expert = here.company(), here.expert()
    here.introduce(company, expert)
    quote_id = here.quote(expert, content(), company_id=company.company_id).quote_id
    married = AccountUpdated(
        account_id=expert.account_id, email="h@x.example", first_name="Hélène", last_name="Dubois", phone="", locale="fr"
    )

    here.tell(married, at=here.clock.now() + timedelta(hours=2))
    here.tell(replace(married, last_name="Typo"), at=here.clock.now() + timedelta(hours=1))

    assert names(here, quote_id)[0] == "Hélène Dubois"


def test_two_names_heard_at_once_leave_the_last_one_told(market):
    here = market()
    expert = here.expert()
    married = AccountUpdated(
        account_id=expert.account_id, email="h@x.example", first_name="Hélène", last_name="Dubois", phone="", locale="fr"
    )
    newer = Thread(target=here.tell, args=(married,), kwargs={"at": here.clock.now() + timedelta(hours=2)})

    def older(event, ports):
        keep_directory.update(event, ports)
        newer.start()
        newer.join(0.3)

    told_at = here.clock.now() + timedelta(hours=1)
    envelope = Envelope(id="evt_1", type="", version=1, occurred_at=told_at, correlation_id="", data={})
    here.edge.run(older, replace(married, last_name="Typo"), envelope=envelope)
    newer.join()

    assert here.sql("SELECT last_name FROM accounts") == [("Dubois",)]


def test_a_company_keeps_its_name_while_somebody_is_left(market):
    here = market()
    company = here.company()
    colleague = replace(company, account_id="acc_01JD0000000000000000000009")
    here.sql(
        "INSERT INTO accounts (id, role, first_name, last_name, expert_id, company_id, company_name, erased) SELECT"
        " 'acc_01JD0000000000000000000009', role, 'Léa', 'Faure', expert_id, company_id, company_name, false FROM accounts"
    )

    here.tell(AccountErased(account_id=company.account_id, company_id=company.company_id))
    kept = here.sql("SELECT DISTINCT company_name FROM accounts")
    here.tell(AccountErased(account_id=colleague.account_id, company_id=company.company_id))

    assert kept == [("Atelier Mécanique SAS",)]
    assert here.sql("SELECT DISTINCT company_name FROM accounts") == [(f"#{company.company_id[-6:]}",)]


def test_news_of_an_account_before_its_registration_waits(market):
    here = market()

    with pytest.raises(NotYet):
        here.tell(AccountErased(account_id="acc_01JD0000000000000000000009"))

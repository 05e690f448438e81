"""Names: copied from identity's events, pseudonymised when an account is erased (A55)."""

import pytest

from contracts.contracting.v1 import rpc
from contracts.identity.v1.events import AccountErased, AccountUpdated
from contracts.wire import Actor, Role
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


def test_a_company_keeps_its_name_while_somebody_is_left(market):
    from dataclasses import replace

    here = market()
    company = here.company()
    colleague = replace(company, account_id="acc_01JD0000000000000000000009")
    here.sql(
        "INSERT INTO accounts SELECT 'acc_01JD0000000000000000000009', role, 'Léa', 'Faure', expert_id, company_id, company_name, false"
        " FROM accounts"
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

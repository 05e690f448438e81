"""identity: who is who. Accounts and sessions, companies and their members, experts' legal entities, KYC, admission, consents.

`service` answers calls and events; `bootstrap` wires; `config` reads settings and the policy; `domain` holds the nouns (account,
session, company, expert, legal_entity, admission, kyc), `use_cases` the verbs, `adapters` PostgreSQL, argon2 and payments.
"""

"""Payments: clients' money from the pay-in to the expert's bank account, and a ledger that says where each cent is.

domain/     commission (P2-P4), escrow and instalments, ledger postings, payees, payouts, operations: plain Python
use_cases/  the verbs; `operations` drives every effect at the payment provider, `effects` says what each one is
adapters/   tables and repositories, the ledger's SQL, Stripe
service.py  the nameko entrypoints; bootstrap.py wires; config.py reads the environment and the policy
"""

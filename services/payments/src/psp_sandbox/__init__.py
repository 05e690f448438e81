"""A payment provider to try things on: Stripe's wire format over HTTP, its own database, a clock that can be moved.

The production adapter is what speaks to it, so that this adapter is the code under test. It knows nothing of the marketplace.
`python -m psp_sandbox` runs it alone; `psp_sandbox.service` hosts it in a process with others.

app.py       HTTP: keys, idempotency with saved answers, error envelopes
store.py     objects, events and saved answers in PostgreSQL
resources/   customers, accounts and their documents, payments, transfers and payouts
passing.py   what happens by itself as time passes: verdicts on documents, payouts that arrive or fail
webhooks.py  signed deliveries, with retries
magic.py     the inputs that make something special happen
"""

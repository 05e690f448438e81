"""The whole marketplace in one process, on a PostgreSQL from a wheel and a bus in memory: the default of a fresh machine.

`install` makes `.venv`; `postgres` runs the database; `marketplace` starts every service, the payment provider's sandbox and the
gateway; `demo` is the command around it and `demo_data` what it shows. `client`, `journey` and `story` speak to any running
marketplace through its public API.
"""

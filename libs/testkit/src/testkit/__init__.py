"""Real servers, fakes and the whole marketplace, for tests. Never imported by product code; see README.md.

`runs` names a test run and knows which runs are dead; `postgres` and `rabbitmq` find a server and give each test its own database
and virtual host; `pytest_plugin` makes fixtures of them; `stack` starts the whole marketplace; `suite` is `make test`.
"""

"""The glue between plain Python services and the bus, the database and the process. No business noun lives here.

`edge` runs one use case in one transaction (`uow`), with `tables` behind it; `app` ties it to nameko entrypoints;
`neighbours`, `bus`, `outbox` and `inbox` speak with the other services; `host` and `cli` are the process. See README.md.
"""

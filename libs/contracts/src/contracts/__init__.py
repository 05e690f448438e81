"""What services say to one another: calls, events and errors, by service and version. No logic.

`contracts.<service>.v1.rpc` holds what can be asked of a service, `.events` what it tells, `.errors` how it refuses.
`wire` holds the shapes they are made of; `topology` which service listens to which event. Within a version only
optional additions are allowed; consumers ignore fields they do not know.
"""

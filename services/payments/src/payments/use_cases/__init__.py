"""The verbs of payments: each call, event and timer is one function of its message and the ports."""

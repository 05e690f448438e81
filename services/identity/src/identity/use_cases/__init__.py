"""The verbs of identity. Each is `def verb(call, ports) -> view`: one call, one transaction, which the edge commits.

`ports` says what they need from outside; `authorise` who may call; `show` turns nouns into the contract's views.
"""

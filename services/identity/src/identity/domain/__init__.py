"""The nouns of identity: plain Python, no I/O, no framework.

`fields` and `identifiers` check what people type; `account`, `password`, `session` and `attempts` guard the door; `company`,
`expert`, `legal_entity`, `admission` and `kyc` are what the marketplace knows of its two sides; `policy` is what the operator
chose.
"""

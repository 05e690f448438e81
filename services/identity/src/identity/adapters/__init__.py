"""The outside of identity.

`orm` and `repositories` are PostgreSQL, `argon2_hasher` the passwords, `payments_door` the way to the provider, `texts` what
is signed.
"""

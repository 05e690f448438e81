"""Messaging's ways to the outside: PostgreSQL, the catalogues of texts, mail and SMS."""

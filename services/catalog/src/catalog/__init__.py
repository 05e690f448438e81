"""Catalog: expert profiles, the search over them, and how often they are seen.

`domain` holds the profile and its states, what may be written in it, what a search may ask and how hits are ranked;
`use_cases` are the calls and the events; `adapters` are PostgreSQL, the tantivy index and the pictures; `service` is what the
bus sees.
"""

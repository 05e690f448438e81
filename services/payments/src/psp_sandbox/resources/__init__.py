"""The provider's objects: each module has the routes of its own (`ROUTES`: method, path, handler)."""

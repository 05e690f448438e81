"""Contracts of payments."""

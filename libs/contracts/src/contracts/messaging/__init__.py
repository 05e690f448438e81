"""Contracts of messaging."""

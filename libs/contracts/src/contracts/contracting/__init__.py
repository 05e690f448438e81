"""Contracts of contracting."""

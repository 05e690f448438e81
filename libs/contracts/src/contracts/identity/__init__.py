"""Contracts of identity."""

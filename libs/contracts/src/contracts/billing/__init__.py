"""Contracts of billing."""

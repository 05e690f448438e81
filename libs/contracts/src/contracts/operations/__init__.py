"""Contracts of operations."""

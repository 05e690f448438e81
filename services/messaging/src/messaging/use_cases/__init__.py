"""Verbs of messaging, and in `ports` what they need from outside."""

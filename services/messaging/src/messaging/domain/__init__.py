"""Nouns of messaging: contact, conversation, notification."""

"""contracting."""

"""What payments needs from outside: PostgreSQL, and the payment provider."""

"""What ties contracting to PostgreSQL: tables and mapping (`orm`), repositories, figures."""

"""What catalog needs from outside, as it is here: PostgreSQL, the tantivy index, pictures."""

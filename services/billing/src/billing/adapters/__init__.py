"""How billing reaches what is outside of it: the database, the data files, the VAT register, the typesetter."""

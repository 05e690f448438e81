"""Two tiny services to try the chassis with: a shop that sells from its stock, and a desk that hears of it and asks it."""

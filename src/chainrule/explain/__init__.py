"""A circuit as plain data: scenes, derivations, checks; and the parser of expressions."""

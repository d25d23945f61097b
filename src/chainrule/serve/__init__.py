"""What browsers are given: the built front end."""

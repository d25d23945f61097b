"""Forward functions on arrays that NumPy does not have."""

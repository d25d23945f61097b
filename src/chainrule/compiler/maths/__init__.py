"""The functions of scalar mathematics as vector code, written from their own polynomials."""

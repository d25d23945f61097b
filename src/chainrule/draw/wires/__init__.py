"""A circuit in box characters: values above the wires, gradients under them."""

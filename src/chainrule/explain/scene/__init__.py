"""What there is to see of a circuit, as plain data: nodes, wires, local gradients, steps, check."""

"""Pictures of nets: columns of units with weights as wires, or nested blocks."""

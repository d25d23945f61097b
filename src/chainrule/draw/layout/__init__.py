"""Where the nodes, wires and numbers of a scene stand: a layered layout, the same every time."""

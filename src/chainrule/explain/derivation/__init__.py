"""The chain rule written out for one value: as data, without ink."""

"""The doctor at work: records of runs, in memory and on the disk, and the tests before training."""

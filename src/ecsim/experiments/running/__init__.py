"""Making the runs of an experiment: what is planned, where they are made, what is written down of them."""

"""Small models that show what the kernel gives to any simulation; each is a page of the documentation."""

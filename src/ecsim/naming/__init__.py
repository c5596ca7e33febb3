"""What the things of a run are called and where they belong, derived from the titles and makers of its events."""

"""What runs say beyond their differences, one analysis a module; each writes ``analysis/<name>.json``."""

"""What any event-sourced simulation needs; it knows nothing of what is simulated."""

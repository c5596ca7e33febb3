"""The programme: governments, fund strategies, works, stations, training, complaints."""

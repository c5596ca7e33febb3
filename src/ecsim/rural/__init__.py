"""The rural model: villages, farms, firms, stations and governments of a programme of rural e-commerce."""

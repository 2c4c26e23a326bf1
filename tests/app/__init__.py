"""The site over real projections, asked through WSGI and over sockets."""

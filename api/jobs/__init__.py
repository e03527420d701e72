"""What runs outside a request: building the city, importing files, training, the overnight match."""

"""What the city's employers will ask for, six months ahead, by occupation and district: series, models, intervals."""

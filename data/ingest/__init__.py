"""One reader a source format; every row ends stored, duplicate or rejected with its reason."""

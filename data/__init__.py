"""Records, reference tables, reading of files, storage and the frozen view that computation reads."""

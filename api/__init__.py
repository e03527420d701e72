"""Every door: HTTP, overnight jobs and the command line. Only this package wires the others together."""

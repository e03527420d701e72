"""Eligibility, retrieval, ranking, allocation with prices, and the reasons of each match."""

"""What a planned investment would find: its posts as hypothetical vacancies beside today's market (就业评估)."""

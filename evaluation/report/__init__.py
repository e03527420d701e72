"""The evaluation report: sections of remarks, charts and tables, written as HTML, XLSX, CSV and JSON."""

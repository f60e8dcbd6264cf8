"""Files of records: lines of JSON, tables."""

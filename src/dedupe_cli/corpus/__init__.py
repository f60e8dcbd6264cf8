"""Data sets past one file: near-duplicate documents, rows by themselves (extra ``corpus``)."""

"""The formats of ``check``: one file each, a report in, a text out. The same report gives the same text."""

"""The report: a page to look at and to decide in, made of plans; the same in Markdown."""

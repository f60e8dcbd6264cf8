"""Where the prose of a file is, and how edits go back into it: one file a format."""

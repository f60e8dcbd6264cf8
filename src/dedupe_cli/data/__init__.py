"""Word lists, tables and schemas that ship with the package."""

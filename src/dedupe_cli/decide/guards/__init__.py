"""What no score may do: conditions that a candidate must meet before it is weighed, one file each."""

"""What counts as a finding: the table of rules, what is ignored, what is accepted already."""

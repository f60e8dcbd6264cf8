"""Form, noise or content; which copy stays; N-way groups; the plan."""

"""What is true of a session: what a change of its token means, its length and end, its status, and what is due."""

"""Every word that a person reads, as templates of messages: a file for those who show them."""

"""What AWS is asked: the one door to its libraries, its refusals, accounts, identity, and the links of the portal."""

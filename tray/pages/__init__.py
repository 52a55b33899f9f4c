"""What is served to the person as a page: the server and its guard, a module for each page, and their files in web/."""

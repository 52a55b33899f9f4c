"""The person's desktop: a module for each concern, and a folder for what one system alone has, by the same names."""

"""Days of a person's tray in minutes: what the program holds afterwards is what it held before."""

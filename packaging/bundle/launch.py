"""Where the program of a bundle begins."""

from tray.cli import main

raise SystemExit(main())

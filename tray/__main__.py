"""``python -m tray`` is ``sso-tray``."""

from tray.cli import main

raise SystemExit(main())

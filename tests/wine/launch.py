"""
Starts a program with the environment of a person, on the Windows side: Wine itself says where the person's home is.

usage: launch.py ENVIRONMENT PROGRAM ARGUMENTS…      (a file with the variables as JSON)
"""

import json
import os
import subprocess
import sys
from pathlib import Path

os.environ.update(json.loads(Path(sys.argv[1]).read_text("utf-8")))
raise SystemExit(subprocess.call(sys.argv[2:]))

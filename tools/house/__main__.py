"""`python3 -m house COMMAND`, which ./dev runs."""

import sys

from house import command_line

sys.exit(command_line.main(sys.argv[1:]))

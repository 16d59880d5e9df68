"""python -m crmcli."""

import sys

from crmcli.app import main

sys.exit(main())

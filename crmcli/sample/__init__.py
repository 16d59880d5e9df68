"""A made-up shop's workbook: what the demo, the documentation and the tests of the whole program run on."""

from crmcli.sample.rhythm import AS_OF
from crmcli.sample.workbook import write_sample

__all__ = ["AS_OF", "write_sample"]

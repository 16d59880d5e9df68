"""Pairs by recordlinkage: blocks, comparisons, a threshold on their weighted sum."""

import csv
import sys

import pandas as pd
import recordlinkage


def main(path: str) -> None:
    """Prints the ids of each pair found."""
    people = pd.read_csv(path, index_col="id", dtype={"phone": str, "email": str})
    people["start"] = people["name"].str[:4]
    index = recordlinkage.Index()
    index.block("phone")
    index.block("email")
    index.block(["city", "start"])
    compare = recordlinkage.Compare(n_jobs=2)
    compare.string("name", "name", method="jarowinkler", label="name")
    for column in ("phone", "email", "city"):
        compare.exact(column, column, label=column)
    facts = compare.compute(index.index(people), people)
    score = facts["name"] * 2 + facts["phone"] + facts["email"] + facts["city"] * 0.5
    found = facts[(score >= 2.6) & (facts["name"] >= 0.8)].index
    csv.writer(sys.stdout).writerows(found)


if __name__ == "__main__":
    main(sys.argv[1])

"""A model of purchases fitted by crmcli: prints its parameters."""

import sys

from crmcli.forecast.arrays import grouped  # before numpy, as the program has it
from crmcli.forecast.fitting import fit_purchases


def main(path: str, name: str) -> None:
    """Prints r, alpha, a and b."""
    import numpy as np

    with np.load(path) as made:
        histories = grouped(made["x"], made["t_x"], made["age"])
    model = fit_purchases(histories, name).model
    print(model.r, model.alpha, model.a, model.b)


if __name__ == "__main__":
    main(*sys.argv[1:])

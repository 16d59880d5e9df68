"""A model of purchases fitted by lifetimes: prints its parameters."""

import sys

import numpy as np
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter

FITTERS = {"BG/NBD": BetaGeoFitter, "MBG/NBD": ModifiedBetaGeoFitter}


def main(path: str, name: str) -> None:
    """Prints r, alpha, a and b."""
    fitter = FITTERS[name]()
    with np.load(path) as made:
        fitter.fit(made["x"], made["t_x"], made["age"])
    print(*(fitter.params_[each] for each in ("r", "alpha", "a", "b")))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The figures that were published of the CDNOW sample."""

from math import log
from pathlib import Path

from crmcli.forecast.fitting import choose, fit_amounts, fit_purchases
from crmcli.values.purchase_model import BG, MBG
from tests.forecast.published import calibration


def test_bg_nbd_has_the_published_parameters_and_log_likelihood_in_weeks(shared_data: Path) -> None:
    histories, _, _ = calibration(shared_data)
    fit = fit_purchases(histories, BG)
    model = fit.model
    assert fit.trouble == ""
    assert histories.customers == 2357
    found = [round(number, 3) for number in (model.r, model.alpha / 7, model.a, model.b)]
    assert found == [0.243, 4.414, 0.793, 2.426]
    in_weeks = fit.log_likelihood + log(7) * float(histories.x @ histories.count)
    assert round(in_weeks, 1) == -9582.4


def test_gamma_gamma_has_the_published_parameters(shared_data: Path) -> None:
    _, days, revenue = calibration(shared_data)
    fit = fit_amounts(days, revenue)
    assert (fit.trouble, len(days)) == ("", 946)
    found = [round(number, 2) for number in (fit.model.p, fit.model.q, fit.model.v / 100)]
    assert found == [6.25, 3.74, 15.44]


def test_mbg_nbd_is_chosen_where_bg_nbd_is_not_clearly_better(shared_data: Path) -> None:
    histories, _, _ = calibration(shared_data)
    choice = choose(histories)
    assert choice.taken is choice.fits[1]
    assert choice.taken.model.name == MBG
    assert abs(choice.fits[0].log_likelihood - choice.fits[1].log_likelihood) < 2

"""Pairs by splink on duckdb: Fellegi and Sunter's weights, learnt from the data itself."""

import csv
import logging
import sys

import duckdb
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_BLOCKS = ["phone", "email", ("city", "substr(name, 1, 4)")]


def main(path: str) -> None:
    """Prints the ids of each pair that is at least as likely as not."""
    logging.disable(logging.WARNING)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE people AS SELECT * FROM read_csv(?, all_varchar = true)", [path])
    linker = Linker("people", _settings(), DuckDBAPI(connection))
    linker.training.estimate_probability_two_random_records_match([block_on("phone", "name")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=7)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    found = linker.inference.predict(threshold_match_probability=0.5)
    pairs = found.as_duckdbpyrelation().select("id_l", "id_r").fetchall()
    csv.writer(sys.stdout).writerows(pairs)


def _settings() -> SettingsCreator:
    rules = [block_on(rule) if isinstance(rule, str) else block_on(*rule) for rule in _BLOCKS]
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("phone"),
            compare.ExactMatch("email"),
            compare.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
    )


if __name__ == "__main__":
    main(sys.argv[1])

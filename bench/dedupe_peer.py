"""Splink on the file of dedupe_bench.cc: the same rules, comparisons and training.

Prints seconds from reading the file to clusters, pairs compared, links at p >= .95, right ones.
"""

import logging
import sys
import time
import warnings

import duckdb
import splink.comparison_level_library as cll
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

warnings.filterwarnings("ignore")
logging.getLogger("splink").setLevel(logging.ERROR)


def comparison(column, levels, frequency=False):
    exact = cll.ExactMatchLevel(column, term_frequency_adjustments=frequency)
    return {
        "output_column_name": column,
        "comparison_levels": [cll.NullLevel(column), exact, *levels, cll.ElseLevel()],
    }


def similar(column, frequency=False):
    return comparison(
        column, [cll.JaroWinklerLevel(column, t) for t in (0.95, 0.88, 0.8)], frequency
    )


def mistyped(column, longer, shorter):
    prefixes = [
        cll.CustomLevel(f"substr({column}_l, 1, {n}) = substr({column}_r, 1, {n})", f"prefix {n}")
        for n in (longer, shorter)
    ]
    return comparison(column, [cll.DamerauLevenshteinLevel(column, 1), *prefixes])


RULES = (
    ("surname", "dob"),
    ("first_name", "dob"),
    ("email",),
    ("first_name", "surname"),
    ("surname", "postcode"),
    ("dob", "postcode"),
)


def count_pairs(connection):
    """The pairs of all rules, each once: both sides must have compared the same."""
    pairs = 0
    for number, rule in enumerate(RULES):
        same = " AND ".join(f"a.{column} = b.{column}" for column in rule)
        earlier = "".join(
            " AND NOT coalesce(" + " AND ".join(f"a.{c} = b.{c}" for c in before) + ", false)"
            for before in RULES[:number]
        )
        pairs += connection.execute(
            f"SELECT count(*) FROM people a JOIN people b ON {same} "
            f"WHERE a.id::BIGINT < b.id::BIGINT{earlier}"
        ).fetchone()[0]
    return pairs


def main(path, threads):
    began = time.time()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute(
        f"CREATE TABLE people AS SELECT * FROM read_csv('{path}', header = true, all_varchar = true)"
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            similar("first_name", True),
            similar("surname", True),
            mistyped("dob", 7, 4),
            mistyped("postcode", 3, 2),
            similar("email"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    api = DuckDBAPI(connection=connection)
    try:
        people = api.register("people")
    except AttributeError:
        people = "people"
    linker = Linker(people, settings) if people != "people" else Linker(people, settings, api)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("first_name", "surname"), block_on("dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.95)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    connection.execute(f"SELECT count(*) FROM {clusters.physical_name}").fetchone()
    links = connection.execute(f"SELECT count(*) FROM {predicted.physical_name}").fetchone()[0]
    seconds = time.time() - began
    right = connection.execute(
        f"SELECT count(*) FROM {predicted.physical_name} "
        "WHERE abs(id_l::BIGINT - id_r::BIGINT) = 1"
    ).fetchone()[0]
    print(f"{seconds:.3f} {count_pairs(connection)} {links} {right}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

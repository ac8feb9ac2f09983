"""pm4py on the steps of paths_bench.cc: prints seconds of the map and of the variants, and both counts.

Reading the file and making pandas' columns is not counted.
"""

import sys
import time
import warnings

import pandas
import pm4py

warnings.filterwarnings("ignore")


def main(path):
    log = pandas.read_parquet(path)
    log = log.rename(columns={"path": "case:concept:name", "name": "concept:name", "at": "time:timestamp"})
    log["case:concept:name"] = log["case:concept:name"].astype("string")
    log["concept:name"] = log["concept:name"].astype("string")
    began = time.time()
    dfg, _, _ = pm4py.discover_dfg(log)
    of_map = time.time() - began
    began = time.time()
    variants = pm4py.get_variants(log)
    of_variants = time.time() - began
    print(f"{of_map:.3f} {of_variants:.3f} {sum(dfg.values())} {len(variants)}")


if __name__ == "__main__":
    main(sys.argv[1])

"""Computes the price of a month of a tfvars file, from dated list prices.

    python -m operations.cost --tfvars terraform/environments/aws.tfvars --metering-points 10000
    python -m operations.cost --document > docs/cost.md

It reaches nothing: the prices are in `operations/cost/prices.toml`, each with its date.
"""

import argparse
import sys
from pathlib import Path

from operations.cost.document import budget, document, read_values, table
from operations.cost.lines import Bill, lines, total
from operations.cost.load import Load
from operations.cost.prices import PriceError, read_prices
from operations.tfvars import TfvarsError


def main(arguments: list[str]) -> int:
    usual = Load()
    parser = argparse.ArgumentParser(
        prog="python -m operations.cost", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--tfvars", type=Path, action="append",
        help="a file with names and sizes. Of several, a later one has precedence",
    )  # fmt: skip
    parser.add_argument("--metering-points", type=int, default=usual.metering_points, help="default: %(default)s")
    parser.add_argument(
        "--requests-a-day", type=int, default=usual.requests_a_day, help="of each. Default: %(default)s"
    )
    parser.add_argument(
        "--years", type=float, default=usual.years, help="since the first reading. Default: %(default)s"
    )
    parser.add_argument("--document", action="store_true", help="write docs/cost.md to the standard output")
    options = parser.parse_args(arguments)
    if not options.document and not options.tfvars:
        parser.error("give --tfvars or --document")
    if options.metering_points < 1 or not 1 <= options.requests_a_day <= 96 or options.years <= 0:
        parser.error("give at least 1 metering point, 1 to 96 requests a day, and more than 0 years")
    try:
        prices = read_prices()
        if options.document:
            print(document(prices), end="")
            return 0
        values = read_values(options.tfvars)
        if values["region"] != prices.region:
            raise PriceError(f"the prices are of {prices.region}, and the file is of {values['region']}")
        load = Load(options.metering_points, options.requests_a_day, options.years)
        found = lines(values, load, prices)
        print(table(found, prices))
        print(f"A budget for it: {budget(total(found))} $. The prices with ≈ are derived, see docs/cost.md.")
        bill = Bill(values, load, prices)
        if not bill.fits:
            print(f"The database needs {bill.database_gb:,} GB: raise database_max_storage_gib", file=sys.stderr)
            return 1
    except KeyError as error:
        print(f"the files have no value for {error.args[0]}", file=sys.stderr)
        return 1
    except (PriceError, TfvarsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

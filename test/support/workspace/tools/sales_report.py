"""Prints what sold best in a month: python sales_report.py sales.csv [--top 5]"""

import argparse
import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path


def read_sales(file: Path) -> dict[str, Decimal]:
    """Sums the euros of each tea. Lines with a refund have a negative amount."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with file.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            sums[row["tea"].strip()] += Decimal(row["euros"])
    return dict(sums)


def bar(value: Decimal, largest: Decimal, width: int = 30) -> str:
    return "█" * round(width * value / largest) if largest > 0 else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--top", type=int, default=5)
    options = parser.parse_args()

    sales = sorted(read_sales(options.file).items(), key=lambda sale: -sale[1])
    largest = sales[0][1] if sales else Decimal(0)
    for tea, euros in sales[: options.top]:
        print(f"{tea:<16} {euros:>9.2f} € {bar(euros, largest)}")


if __name__ == "__main__":
    main()

"""`make bench`: every figure that README quotes, as medians of rounds."""

import argparse

from bench import engine, intake, latency, operations, start, verdict
from bench.report import Figures

PARTS = {
    "intake": intake.run,
    "latency": latency.run,
    "start": start.run,
    "engine": engine.run,
    "operations": operations.run,
    "verdict": verdict.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    figures = Figures()
    for part in asked.parts or PARTS:
        PARTS[part](figures, asked.rounds)
    figures.tell()


main()

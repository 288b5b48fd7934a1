"""What Prometheus tells of a release, without one: a share of its requests fails."""

from tests.prometheus_twin import Twin, vector


def errors(numbers: Twin, share: float) -> None:
    """Of a hundred requests a look, all of them fast and on the target."""
    numbers.body = None
    numbers.values = {
        'code=~"5.."': vector(str(share)),
        "_bucket": vector("1"),
        "increase(": vector("100"),
        "or vector(0)": vector("0"),  # the share of the old colour
    }

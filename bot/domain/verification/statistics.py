"""How sure a share can be from so many trials: few requests prove little."""

from math import sqrt

_Z = 1.96  # 95 %


def wilson(hits: float, trials: float) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, p. 209).

    With no trials it is everything from 0 to 1. It holds for few trials and for no hits at all,
    where the textbook interval has no width.
    """
    if trials <= 0:
        return 0.0, 1.0
    share = min(max(hits / trials, 0.0), 1.0)
    spread = _Z**2 / trials
    middle = share + spread / 2
    reach = _Z * sqrt((share * (1 - share) + spread / 4) / trials)
    return (
        max(0.0, (middle - reach) / (1 + spread)),
        min(1.0, (middle + reach) / (1 + spread)),
    )


def trials_for(share: float) -> float:
    """How many trials without a hit claim less than this share with 95 % (the rule of three).

    Hanley and Lippman-Hand, J. Am. Med. Assoc. 249, 1983, p. 1743: the bound is 3/n.
    """
    return 3 / share

"""`python -m sandbox VENDOR …`: starts one twin by its name."""

import importlib
import sys

VENDORS = {
    "aws": "sandbox.aws.main",
    "demo": "sandbox.demo.main",
    "netlify": "sandbox.netlify.main",
    "kubernetes": "sandbox.kubernetes.main",
    "platform": "sandbox.platform.main",
    "registry": "sandbox.registry.main",
    "ship": "sandbox.platform.ship",
    "slack": "sandbox.slack.main",
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in VENDORS:
        sys.stderr.write(f"say which vendor: python -m sandbox {'|'.join(VENDORS)} …\n")
        return 2
    module = importlib.import_module(VENDORS[arguments[0]])
    status: int = module.main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

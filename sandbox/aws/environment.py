"""What a process needs so that its AWS clients find the twin, and no other account."""

REGION = "us-east-1"
ACCESS_KEY = "AKIASANDBOXCANDLEFIS"
SECRET_KEY = "sandbox-secret-access-key"  # noqa: S105 - opens nothing but this twin


def environment(url: str, *, region: str = REGION) -> dict[str, str]:
    """`url` is the twin's. Apart from the twin itself, so that who only points at it is quick."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }

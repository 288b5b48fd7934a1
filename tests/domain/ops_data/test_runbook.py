from bot.domain.ops_data.runbook import sections_of, steps_of

PAGE = """\
Before any section.

## Check

```
## not a title
```

## Do

1. Look.
2. Change it:

   ```
   1. not a step
   kubectl get pods
   ```

   Then wait.

After the list.
10. Last.
"""


def test_a_title_in_code_is_no_title() -> None:
    assert sections_of(PAGE)["Check"] == "```\n## not a title\n```"
    assert list(sections_of(PAGE)) == ["Check", "Do"]


def test_a_step_keeps_its_code_and_loses_its_number() -> None:
    assert steps_of(sections_of(PAGE)["Do"]) == (
        "Look.",
        "Change it:\n\n```\n1. not a step\nkubectl get pods\n```\n\nThen wait.",
        "Last.",
    )

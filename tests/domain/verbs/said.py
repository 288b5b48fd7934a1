"""What people say to the bot, right and wrong and in any order."""

from hypothesis import strategies as st

from bot.domain.verbs.parsing import VERBS

SNIPPETS = [
    *(phrase for verb in VERBS for phrase in verb.phrases),
    "INC-1", "inc-2", "42", "--severity", "--level=3", "--export", "sev1", "sve2", "2h", "@ada",
    "<@U1|ada>", "ic", '"a b"', "\u201cc\u201d", '"', "it's", "\u2014level", "&lt;", "`x`",
    "\n", "--",
]  # fmt: skip
SAID = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=7).map(" ".join)

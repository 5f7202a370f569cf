import re

from gateway.domain import page_words
from gateway.domain.page_words import Words
from shared.messages import Text


def texts() -> list[Text]:
    found: list[Text] = []
    for value in vars(page_words).values():
        if isinstance(value, Text):
            found.append(value)
        elif isinstance(value, Words):
            found += [getattr(value, name) for name in Words.__slots__]
    return found


def test_french_typography() -> None:
    """As in the mails: curly apostrophes, and no break before the high punctuation marks."""
    assert len(texts()) > 20
    for text in texts():
        assert not re.search(r"[^\W\d]'[^\W\d]| [:;!?»]|« ", text.fr), text.fr

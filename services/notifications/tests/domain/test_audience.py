import pytest

from services.notifications.domain.audience import Wishes, channels
from services.notifications.domain.kinds import CHOOSABLE, MAIL_ONLY, NATURES, Channel, Kind, Nature

BOTH = frozenset(Channel)
NO_TO_ALL = Wishes(
    switches=dict.fromkeys(
        ("email_notifications", "maintenance_reminders", "subscription_alerts"), False
    ),
    choices={kind: {"inbox": False, "mail": False} for kind in Kind},
    may_mail=False,
)


def test_every_kind_has_a_nature() -> None:
    assert set(NATURES) == set(Kind)


@pytest.mark.parametrize("kind", sorted(set(Kind) - CHOOSABLE))
def test_codes_and_security_ignore_every_wish(kind: Kind) -> None:
    assert Channel.MAIL in channels(kind, NO_TO_ALL)
    assert (Channel.INBOX in channels(kind, NO_TO_ALL)) is (kind not in MAIL_ONLY)


@pytest.mark.parametrize("kind", sorted(CHOOSABLE))
class TestChoosable:
    def test_wanted_everywhere_unless_said(self, kind: Kind) -> None:
        assert channels(kind, Wishes()) == BOTH

    def test_all_refused(self, kind: Kind) -> None:
        assert channels(kind, NO_TO_ALL) == frozenset()

    def test_the_mail_switch_leaves_the_inbox(self, kind: Kind) -> None:
        wishes = Wishes(switches={"email_notifications": False})
        assert channels(kind, wishes) == {Channel.INBOX}

    def test_an_address_that_bounced_leaves_the_inbox(self, kind: Kind) -> None:
        assert channels(kind, Wishes(may_mail=False)) == {Channel.INBOX}

    def test_one_channel_refused(self, kind: Kind) -> None:
        assert channels(kind, Wishes(choices={kind: {"inbox": False}})) == {Channel.MAIL}

    @pytest.mark.parametrize(
        ("switch", "nature"),
        [
            ("maintenance_reminders", Nature.REMINDER),
            ("subscription_alerts", Nature.BILLING),
        ],
    )
    def test_a_switch_silences_its_nature_only(
        self, kind: Kind, switch: str, nature: Nature
    ) -> None:
        heard = channels(kind, Wishes(switches={switch: False}))
        assert heard == (frozenset() if NATURES[kind] is nature else BOTH)

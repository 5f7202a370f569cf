import pytest

from services.auth.domain.devices import Asker, device_label

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


class TestDeviceLabel:
    @pytest.mark.parametrize(
        ("agent", "label"),
        [
            (CHROME, "Chrome, Windows"),
            (CHROME + " Edg/140.0", "Edge, Windows"),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5.0", "curl"),
            ("Dart/3.5 (dart:io)", "Mobile app"),
            ("", ""),
            (None, ""),
            ("<script>alert(1)</script>", ""),
        ],
    )
    def test_is_a_name_people_recognise(self, agent: str | None, label: str) -> None:
        assert device_label(agent) == label

    def test_an_asker_knows_device_and_network(self) -> None:
        asker = Asker("203.0.113.7", "curl/8.5.0")
        assert (asker.device, asker.network) == ("curl", "203.0.113.0/24")

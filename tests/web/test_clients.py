"""Whose request it is, and at which address the world reaches us."""

import pytest
from aiohttp.test_utils import make_mocked_request

from coproduction.errors import UserError
from coproduction.web.clients import Reach, read_reach


def request(remote="10.0.0.9", **headers):
    made = make_mocked_request("GET", "/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    return made.clone(remote=remote)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, None, "10.0.0.9"),
        (0, "198.51.100.7", "10.0.0.9"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.1, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.1, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.9"),
        (1, "nonsense", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies, forwarded, client):
    headers = {"X_Forwarded_For": forwarded} if forwarded else {}
    assert Reach(proxies).client(request(**headers)) == client


def test_our_address_is_the_set_one_or_the_requests():
    assert Reach(0, "https://chat.example.org").url(request(Host="inside:8080")) == "https://chat.example.org"
    assert Reach().url(request(Host="localhost:8080", X_Forwarded_Proto="https")) == "http://localhost:8080"
    assert Reach(1).url(request(Host="chat.example.org", X_Forwarded_Proto="https")) == "https://chat.example.org"
    assert Reach(1).url(request(Host="chat.example.org", X_Forwarded_Proto="evil")) == "http://chat.example.org"


@pytest.mark.parametrize(
    "wrong",
    [{"TRUSTED_PROXIES": "one"}, {"TRUSTED_PROXIES": "-1"}, {"PUBLIC_URL": "chat"}, {"PUBLIC_URL": "https://a.b/path"}],
)
def test_a_setting_that_is_none_is_refused(wrong):
    with pytest.raises(UserError) as caught:
        read_reach(wrong)
    assert caught.value.code == "bad_setting"

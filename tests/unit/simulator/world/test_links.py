from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from heygen_async.simulator.world.links import ExpiredLinkError, Links


def _parts(link: str) -> tuple[str, str, str]:
    parts = urlsplit(link)
    query = parse_qs(parts.query)
    return parts.path, query["expires"][0], query["signature"][0]


def test_a_link_works_until_it_expires() -> None:
    links = Links(seed=0)
    path, expires, signature = _parts(links.sign("/_files/videos/a.mp4", 100.0))

    links.check(path, expires, signature, 99.9)

    with pytest.raises(ExpiredLinkError, match="expired"):
        links.check(path, expires, signature, 100.0)


def test_a_later_expiry_needs_another_signature() -> None:
    links = Links(seed=0)
    path, _, signature = _parts(links.sign("/_files/videos/a.mp4", 100.0))

    with pytest.raises(ExpiredLinkError, match="signature"):
        links.check(path, "100000", signature, 50.0)


def test_a_signature_opens_one_path_only() -> None:
    links = Links(seed=0)
    _, expires, signature = _parts(links.sign("/_files/videos/a.mp4", 100.0))

    with pytest.raises(ExpiredLinkError, match="signature"):
        links.check("/_files/videos/b.mp4", expires, signature, 50.0)


@pytest.mark.parametrize(("expires", "signature"), [("", ""), ("soon", "é"), ("100", "")])
def test_nonsense_is_refused_like_a_forgery(expires: str, signature: str) -> None:
    links = Links(seed=0)

    with pytest.raises(ExpiredLinkError):
        links.check("/_files/videos/a.mp4", expires, signature, 50.0)


def test_our_own_links_are_known_and_others_are_not() -> None:
    links = Links(seed=0)
    links.base_url = "http://127.0.0.1:8080"
    link = links.sign("/_files/assets/a.jpg", 100.0)

    owned = [links.own(link), links.own("https://cdn.example.org/_files/assets/a.jpg")]

    assert owned == ["/_files/assets/a.jpg", None]

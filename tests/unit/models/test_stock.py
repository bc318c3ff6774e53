from __future__ import annotations

import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.models.stock import Article


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_article_has_an_address(scheme: str) -> None:
    assert Article(f"{scheme}://example.com/a").url == f"{scheme}://example.com/a"


@pytest.mark.parametrize(
    "url", ["", "example.com/a", "ftp://example.com/a", "https://", "https://[x", None]
)
def test_an_article_without_an_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match=r"Article\.url must be an http:// or https://"):
        Article(url)

from __future__ import annotations

import pytest

from heygen_async.client_agentai import BASE_URL, AgentAI
from heygen_async.errors import AuthenticationError, InvalidInputError, UsageError
from heygen_async.transport.credentials import Bearer, token_from


def test_the_token_and_the_address_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AGENTAI_API_KEY", "token-1")
    monkeypatch.setenv("AGENTAI_BASE_URL", "https://proxy.example.org/agentai/")

    agentai = AgentAI()

    assert agentai.base_url == "https://proxy.example.org/agentai"
    assert repr(agentai) == "AgentAI(https://proxy.example.org/agentai)"


def test_without_an_address_it_is_agentais_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AGENTAI_BASE_URL", raising=False)

    assert AgentAI("token-1").base_url == BASE_URL == "https://api-lr.agent.ai/v1"


def test_heygens_key_is_not_taken_for_agentais_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AGENTAI_API_KEY", raising=False)
    monkeypatch.setenv("HEYGEN_API_KEY", "key-1")

    with pytest.raises(AuthenticationError, match="AGENTAI_API_KEY"):
        AgentAI()


def test_a_token_travels_as_bearer_and_is_never_shown() -> None:
    given = token_from(None, {"AGENTAI_API_KEY": "token-1"})

    assert given.header() == ("Authorization", "Bearer token-1")
    assert "token-1" not in repr(given)
    assert token_from(given) is given
    assert token_from("token-2") == Bearer("token-2")


@pytest.mark.parametrize("token", ["", "two words", "line\n"])
def test_a_token_that_cannot_be_one_is_refused_with_its_source(token: str) -> None:
    with pytest.raises(InvalidInputError, match="the argument api_key"):
        AgentAI(token)
    with pytest.raises(InvalidInputError, match="environment variable AGENTAI_API_KEY"):
        token_from(None, {"AGENTAI_API_KEY": token})


def test_it_knows_no_jobs_but_its_own() -> None:
    with pytest.raises(UsageError, match="must be one of agentai_video"):
        AgentAI("token-1").watch("video", "v1", timeout=1)

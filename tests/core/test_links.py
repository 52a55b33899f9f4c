"""Which links may be handed to a browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.links import is_safe_to_open


@pytest.mark.parametrize(
    "url",
    [
        "https://d-1234567890.awsapps.com/start",
        "https://d-1234567890.awsapps.com/start/#/console?account_id=111122223333&role_name=Admin%20Role",
        "https://oidc.us-east-1.amazonaws.com/authorize?response_type=code&scopes=sso%3Aaccount%3Aaccess",
        "https://login.example.com:8443/",
        "HTTPS://example.com/",
        "http://127.0.0.1:8765/start",
        "http://localhost:1/",
        "http://[::1]:8080/device?user_code=ABCD-EFGH",
    ],
)
def test_a_link_over_tls_or_to_this_machine_may_be_opened(url: str) -> None:
    assert is_safe_to_open(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "https:///path",
        "example.com",
        "--help",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://128.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ms-settings:privacy",
        "https://aws.amazon.com@evil.example/",
        "https://user:secret@example.com/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://[::1/",
        " https://example.com/",
        "https://example.com/\n",
        "https://example.com/a b",
        'https://example.com/"',
        "https://example.com\\@evil.example/",
        "https://exämple.com/",
        "https://example.com/\x00",
    ],
)
def test_any_other_link_may_not(url: str) -> None:
    assert not is_safe_to_open(url)


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    assert is_safe_to_open(text) in {True, False}
    assert is_safe_to_open(f"https://{text}") in {True, False}

"""The pages that a person sees in the browser: plain HTML without a script or an outside file."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from tray.demo.server import AwsError, Response

_STYLE = """
:root { color-scheme: light dark; --ink: #16202c; --soft: #5a6675; --paper: #ffffff; --ground: #eef1f5;
  --line: #d3dae3; --main: #0b5fb0; --on-main: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --soft: #a3afbd; --paper: #1b232d; --ground: #10161d;
  --line: #35414f; --main: #6cb2f5; --on-main: #0b1520; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: .75rem; }
h1 { margin: .25rem 0 1rem; font-size: 1.35rem; line-height: 1.3; }
p { margin: 0 0 1rem; } .soft { margin: 0; color: var(--soft); font-size: .9rem; }
dl { margin: 0 0 1.5rem; } dt { color: var(--soft); font-size: .9rem; }
dd { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.code { font: 600 1.5rem/1.4 ui-monospace, monospace; letter-spacing: .08em; }
form { display: flex; flex-wrap: wrap; gap: .75rem; } label { flex-basis: 100%; }
button, input { flex: 1; min-width: 7rem; padding: .65rem 1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; color: inherit; font: inherit; }
button { cursor: pointer; }
.main { background: var(--main); border-color: var(--main); color: var(--on-main); font-weight: 600; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def consent_page(
    client_name: str, start_url: str, ticket: str, *, user_code: str = "", return_to: str = ""
) -> Response:
    """
    Ask the person to allow or deny a sign-in.

    Args:
        client_name: As it named itself.
        start_url: Of the portal.
        ticket: Sent along with the decision.
        user_code: What to compare with the code in the program that asks; empty outside the device flow.
        return_to: Origin that the decision may lead to, such as ``http://127.0.0.1:5000``; empty for none.
    """
    code = f'<dt>Code</dt><dd class="code">{escape(user_code)}</dd>' if user_code else ""
    compare = "<p>Allow it only if the program shows the same code.</p>" if user_code else ""
    body = (
        f"<h1>Allow <q>{escape(client_name)}</q> to access your AWS accounts?</h1>"
        f"<dl>{code}<dt>Access portal</dt><dd>{escape(start_url)}</dd></dl>{compare}"
        '<form method="post" action="/consent">'
        f'<input type="hidden" name="ticket" value="{escape(ticket)}">'
        '<button class="main" name="decision" value="allow">Allow</button>'
        '<button name="decision" value="deny">Deny</button></form>'
    )
    return _page(200, "Allow access", body, f"'self' {return_to}".rstrip())


def sign_in_page(person: str, ticket: str, *, return_to: str = "") -> Response:
    """Let the person sign in to the organisation's own identity provider; arguments as for `consent_page`."""
    body = (
        f"<h1>Sign in to your organisation</h1><dl><dt>User</dt><dd>{escape(person)}</dd></dl>"
        '<form method="post" action="/idp/sign-in">'
        f'<input type="hidden" name="ticket" value="{escape(ticket)}">'
        '<button class="main" name="decision" value="sign-in">Sign in</button></form>'
    )
    return _page(200, "Sign in", body, f"'self' {return_to}".rstrip())


def portal_page(person: str, start_url: str) -> Response:
    """Show the access portal to a person who is signed in."""
    body = (
        "<h1>AWS access portal</h1>"
        f"<dl><dt>Signed in as</dt><dd>{escape(person)}</dd><dt>Access portal</dt><dd>{escape(start_url)}</dd></dl>"
        '<form method="post" action="/portal/sign-out">'
        f'<input type="hidden" name="start_url" value="{escape(start_url)}">'
        '<button name="decision" value="sign-out">Sign out</button></form>'
    )
    return _page(200, "AWS access portal", body, "'self'")


def code_page() -> Response:
    """Ask for the code that the program shows (device flow, without a complete address)."""
    body = (
        '<h1>Enter the code</h1><form method="get" action="/device"><label for="user_code">'
        "The program that asked you to sign in shows it.</label>"
        '<input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" required autofocus>'
        '<button class="main">Continue</button></form>'
    )
    return _page(200, "Enter the code", body, "'self'")


def message_page(title: str, text: str, status: int = 200) -> Response:
    """Tell the person how it went."""
    return _page(status, title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>", "'none'")


def page_refusal(error: AwsError) -> Response:
    """Put an error as a page."""
    return message_page("This request cannot be completed", error.message, error.status)


def _page(status: int, title: str, body: str, form_action: str) -> Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>' + escape(title) + "</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>"
        f'<p class="soft">Demo Identity Center</p>{body}</main></body></html>'
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return Response(status, headers, text.encode())

"""Security headers: what a page of ours may load (only from here), and who may show it (nobody else)."""

from __future__ import annotations

from flask import Flask, Response

# No inline script or style anywhere; JSON-LD blocks are data, which script-src does not govern
# (HTML, section 4.12.1; CSP 3, section 4.2.3).
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def install(app: Flask, base: str) -> None:
    """Put the headers on every answer; over https also the promise to stay there."""
    secure = base.startswith("https:")
    policy = _POLICY + ("; upgrade-insecure-requests" if secure else "")

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        for name, value in _HEADERS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = policy
        # Data may be read from other sites (Fetch, section 3.7); pages, scripts and styles may not be embedded.
        shared = "Access-Control-Allow-Origin" in headers
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

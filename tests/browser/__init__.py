"""Pages in a real browser: Chromium without a window, driven by the W3C's WebDriver protocol, and axe in it."""

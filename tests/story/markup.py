"""What a reader sees of some markup."""

from html.parser import HTMLParser

NASTY = '<script>alert("x")</script> & Söhne'


class Words(HTMLParser):
    """The text and the tags of some markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs).get("class") or ""))

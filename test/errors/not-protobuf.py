"""A text that is not a model."""
import wire

wire.target().write_bytes(b"<html><body>404: no such model</body></html>\n")

"""No bytes at all."""
import wire

wire.target().write_bytes(b"")

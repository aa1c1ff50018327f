"""A field whose length is larger than the file."""
import wire

wire.target().write_bytes(wire.varint(7 << 3 | 2) + wire.varint(1 << 40) + b"short")

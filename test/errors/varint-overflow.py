"""A varint of eleven bytes."""
import wire

wire.target().write_bytes(wire.varint(1 << 3) + b"\xff" * 10 + b"\x01")

"""A model message without a graph."""
import wire

wire.target().write_bytes(wire.varint(1 << 3) + wire.varint(10))

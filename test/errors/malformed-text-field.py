"""A well-formed field structure that is no model: the graph's name has a wire type of its own."""
import wire

graph = wire.varint(2 << 3) + wire.varint(5)
wire.target().write_bytes(wire.varint(1 << 3) + wire.varint(10) + wire.message(7, graph))

"""10,000 subgraphs, one inside the other: the recursion of a parser must be bounded."""
import wire

graph = b""
for _ in range(10000):
    attribute = wire.message(1, b"body") + wire.message(6, graph) + wire.varint(20 << 3) + wire.varint(5)
    node = wire.message(4, b"Loop") + wire.message(5, attribute)
    graph = wire.message(1, node) + wire.message(2, b"g")
model = wire.varint(1 << 3) + wire.varint(10) + wire.message(7, graph) + wire.message(8, wire.varint(2 << 3) + wire.varint(20))
wire.target().write_bytes(model)

"""An input that is a sequence of a sequence of ... 1,000 times."""
import wire

kind = wire.message(1, wire.varint(1 << 3) + wire.varint(1))  # TypeProto.tensor_type of FLOAT
for _ in range(1000):
    kind = wire.message(4, wire.message(1, kind))  # TypeProto.sequence_type.elem_type
value = wire.message(1, b"x") + wire.message(2, kind)
graph = wire.message(2, b"g") + wire.message(11, value)
wire.target().write_bytes(wire.varint(1 << 3) + wire.varint(10) + wire.message(7, graph))

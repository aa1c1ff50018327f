"""The first half of a file."""
import wire

data = wire.add_weight(wire.weight()).SerializeToString()
wire.target().write_bytes(data[: len(data) // 2])

"""Two initializers of one name."""
import wire

model = wire.add_weight(wire.weight())
model.graph.initializer.append(wire.weight())
wire.target().write_bytes(model.SerializeToString())

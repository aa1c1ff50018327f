"""External data that leads out of the model's folder."""
import wire

wire.write(wire.external(location="../weights.bin"))

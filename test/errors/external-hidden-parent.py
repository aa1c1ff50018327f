"""External data that leads out of the model's folder in the middle of its path."""
import wire

wire.write(wire.external(location="data/../../weights.bin"))

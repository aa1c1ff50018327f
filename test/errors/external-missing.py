"""External data in a file that is not there."""
import wire

wire.write(wire.external(location="weights.bin"))

"""External data without a location."""
import wire

wire.write(wire.external(offset=0, length=24))

"""An initializer of a data type that does not exist."""
import wire

wire.write(wire.weight(data_type=77))

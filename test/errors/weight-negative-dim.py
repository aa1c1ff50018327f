"""A negative dim of an initializer."""
import wire

wire.write(wire.weight(dims=(-2, 3)))

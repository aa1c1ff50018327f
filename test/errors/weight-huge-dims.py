"""Dims of an initializer whose product leaves 64 bits."""
import wire

wire.write(wire.weight(dims=(1 << 40, 1 << 40)))

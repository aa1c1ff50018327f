"""An initializer without data."""
import wire

wire.write(wire.weight(raw=b""))

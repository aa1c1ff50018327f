"""An initializer of rank 65."""
import wire

wire.write(wire.weight(dims=(1,) * 65, raw=b"\0" * 4))

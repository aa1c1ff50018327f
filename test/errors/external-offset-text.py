"""External data whose offset is not a number."""
import wire

(wire.target().parent / "weights.bin").write_bytes(b"\0" * 64)
wire.write(wire.external(location="weights.bin", offset="first", length=24))

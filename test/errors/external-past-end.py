"""External data whose offset lies behind the end of its file."""
import wire

(wire.target().parent / "weights.bin").write_bytes(b"\0" * 64)
wire.write(wire.external(location="weights.bin", offset=4096, length=24))

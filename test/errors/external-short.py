"""External data shorter than dims and type say."""
import wire

(wire.target().parent / "weights.bin").write_bytes(b"\0" * 64)
wire.write(wire.external(location="weights.bin", offset=0, length=20))

"""raw_data shorter than dims and type say."""
import wire

wire.write(wire.weight(raw=b"\0" * 20))

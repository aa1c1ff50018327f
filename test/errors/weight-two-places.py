"""An initializer with raw_data and a location."""
import wire

tensor = wire.external(location="weights.bin")
tensor.raw_data = b"\0" * 24
wire.write(tensor)

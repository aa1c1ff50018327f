"""An initializer that is a segment of a tensor: training tools may write such, no inference file does."""
import wire

tensor = wire.weight()
tensor.segment.begin, tensor.segment.end = 0, 3
wire.write(tensor)

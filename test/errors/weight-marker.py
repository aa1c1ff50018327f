"""The key that the scanner uses for weights it has cut out, in a user's file."""
import wire

tensor = wire.weight()
tensor.external_data.add(key="sinter.cut", value="7")
wire.write(tensor)

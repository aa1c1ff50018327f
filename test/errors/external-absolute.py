"""External data at an absolute path."""
import wire

wire.write(wire.external(location="/etc/passwd"))

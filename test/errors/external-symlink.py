"""External data behind a symbolic link that leads out of the model's folder."""
import wire

(wire.target().parent / "weights.bin").symlink_to("/etc/passwd")
wire.write(wire.external(location="weights.bin"))

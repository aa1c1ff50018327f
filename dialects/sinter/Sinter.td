// All operators of the dialect, for TableGen.
include "Structure.td"
include "Control.td"
include "State.td"
include "Elementwise.td"
include "Compute.td"
include "Data.td"

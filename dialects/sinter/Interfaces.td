// What passes and emitters ask of an operator instead of its name.
#ifndef SINTER_INTERFACES
#define SINTER_INTERFACES

include "mlir/IR/OpBase.td"

/// The result at an index is a scalar function of the operands at the same index (see buildScalar in Scalars.h).
def ElementwiseScalar : NativeOpTrait<"IsElementwise"> { let cppNamespace = "::sinter"; }
/// The result at an index is one element of one operand at an index computed from it: data movement.
def Movement : NativeOpTrait<"IsMovement"> { let cppNamespace = "::sinter"; }
/// Has a loop of its own per result element or over the whole result: the root of a kernel's stage.
def StageRoot : NativeOpTrait<"IsStageRoot"> { let cppNamespace = "::sinter"; }

#endif

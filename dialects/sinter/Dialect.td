// The sinter dialect: declaration and base classes. Operators live in the .td files of their family.
#ifndef SINTER_DIALECT
#define SINTER_DIALECT

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def SinterDialect : Dialect {
  let name = "sinter";
  let cppNamespace = "::sinter";
  let summary = "Neural network programs on tensors with symbolic dims";
  let description = [{
    One small dialect carries a model from the importer to the emitters. An operator exists only if a pass or an emitter
    treats it in a way of its own. Tensors have static rank; a dim that is not a constant has a formula in the type's
    encoding (`#sinter.dims`), and equal formulas are equal pointers. Broadcasts are explicit.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

/// Element types of tensors: signless integers are signed, `ui*` are unsigned, i1 is bool.
def SinterElement : AnyTypeOf<[I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64, F16, BF16, F32, F64]>;
def SinterTensor : RankedTensorOf<[SinterElement]>;

class SinterOp<string mnemonic, list<Trait> traits = []> : Op<SinterDialect, mnemonic, traits>;

/// A pure operator whose result types follow from operands and attributes; all constraints are checked there.
class SinterComputeOp<string mnemonic, list<Trait> traits = []>
    : SinterOp<mnemonic, [Pure, InferTypeOpAdaptor] # traits> {
  let results = (outs SinterTensor:$result);
}

#endif

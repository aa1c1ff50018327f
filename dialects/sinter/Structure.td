// Structure: program, weights, kernels with stages, launches, run-time checks.
#ifndef SINTER_STRUCTURE
#define SINTER_STRUCTURE

include "Attributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"

class SinterFunction<string mnemonic> : SinterOp<mnemonic, [FunctionOpInterface, IsolatedFromAbove, Symbol]> {
  let regions = (region AnyRegion:$body);
  let hasCustomAssemblyFormat = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::FunctionType":$type)>];
  let extraClassDeclaration = [{
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
  }];
}

def ProgramOp : SinterFunction<"program"> {
  let summary = "The model: inputs to outputs, one block";
  let description = [{
    Arguments and results carry `sinter.name`, the ONNX name. `symbols` lists the symbols of all dims.
    (C1) Each symbol with source "value" is bound by one `sinter.bind`, and no other symbol is.
    (C2) Types and attributes behind a bind may use its symbol; before it only `sinter.assume` and `sinter.shape` do.
    ```mlir
    sinter.program @main(%x: tensor<?x8xf32, #sinter.dims<B, 8>> {sinter.name = "x"}) -> (tensor<?x8xf32, #sinter.dims<B, 8>> {sinter.name = "y"})
        attributes {symbols = [#sinter.symbol<name = "B", lo = 0, hi = 1024, source = "dim", input = 0, position = 0>]} {
      sinter.return %x : tensor<?x8xf32, #sinter.dims<B, 8>>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs, OptionalAttr<ArrayAttr>:$symbols);
  let hasVerifier = 1;
}

def ReturnOp : SinterOp<"return", [Pure, ReturnLike, Terminator, ParentOneOf<["ProgramOp"]>]> {
  let summary = "Ends a program with its outputs";
  let arguments = (ins Variadic<SinterTensor>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def KernelOp : SinterFunction<"kernel"> {
  let summary = "The specification of one compiled function: stages over tensors";
  let description = [{
    `symbols` names the kernel's dims; a launch gives their values. Operands and results are dense row-major buffers. `schedule` says
    which emitter writes the code and how work is split; passes/kernel chooses it, the emitter obeys.
    ```mlir
    sinter.kernel @k0(%x: tensor<?x8xf32, #sinter.dims<d0, 8>>) -> tensor<?x8xf32, #sinter.dims<d0, 8>> attributes {symbols = ["d0"]} {
      %0 = sinter.stage "element" {
        %1 = sinter.unary exp %x : tensor<?x8xf32, #sinter.dims<d0, 8>> -> tensor<?x8xf32, #sinter.dims<d0, 8>>
        sinter.yield %1 : tensor<?x8xf32, #sinter.dims<d0, 8>>
      } : tensor<?x8xf32, #sinter.dims<d0, 8>>
      sinter.yield %0 : tensor<?x8xf32, #sinter.dims<d0, 8>>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs, OptionalAttr<StrArrayAttr>:$symbols, OptionalAttr<DictionaryAttr>:$schedule);
}

def StageOp : SinterOp<"stage", [SingleBlock]> {
  let summary = "One root with the scalar work fused before and after it";
  let description = [{
    `scope` says when a result element is complete: "element", "tile", "row" or "all". A later stage of the kernel reads
    it at that scope. The region reads the kernel's operands and earlier stages. In a group, `row_dims` names the dims of the result
    that are the row, in the order of the group's rows, where they are not the leading ones.
    (C1) `scope` is one of the four.
  }];
  let arguments = (ins StrAttr:$scope, OptionalAttr<DenseI64ArrayAttr>:$row_dims);
  let builders = [OpBuilder<(ins "::mlir::TypeRange":$results, "::llvm::StringRef":$scope), [{
    build($_builder, $_state, results, scope, nullptr);
  }]>];
  let results = (outs Variadic<SinterTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$scope (`rows` $row_dims^)? $body attr-dict (`:` type($results)^)?";
  let hasVerifier = 1;
}

def GroupOp : SinterOp<"group", [SingleBlock]> {
  let summary = "Stages that run row by row as one kernel";
  let description = [{
    The stages share a space of `rows` rows: the leading dims of each stage's result, as many as multiply to `rows`, are the row (or its
    `row_dims`), and what one stage reads of another lies in the same row. So a row is computed by all stages before the next one, and what no one outside
    reads never leaves scratch. Reshapes that keep rows may stand between the stages.
    (C1) Row dims of each result of each stage multiply to `rows`.
    ```mlir
    %0 = sinter.group rows <4> {
      %1 = sinter.stage "row" {
        %3 = sinter.reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xf32>
        sinter.yield %3 : tensor<4xf32>
      } : tensor<4xf32>
      %2 = sinter.stage "element" {
        %3 = sinter.broadcast %1 [0] to <4, 8> : tensor<4xf32> -> tensor<4x8xf32>
        %4 = sinter.binary sub %x, %3 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
        sinter.yield %4 : tensor<4x8xf32>
      } : tensor<4x8xf32>
      sinter.yield %2 : tensor<4x8xf32>
    } : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins DimAttr:$rows);
  let results = (outs Variadic<SinterTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`rows` custom<Dim>($rows) $body attr-dict (`:` type($results)^)?";
  let hasVerifier = 1;
}

def YieldOp : SinterOp<"yield", [Pure, ReturnLike, Terminator]> {
  let summary = "Ends a stage, a group, a kernel, a recipe, a branch or a loop with its results";
  let arguments = (ins Variadic<SinterTensor>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def LaunchOp : SinterOp<"launch", [Pure]> {
  let summary = "Runs a kernel on buffers";
  let description = [{
    `dims` are the values of the kernel's symbols. The location names the ONNX nodes.
    ```mlir
    sinter.program @main(%x: tensor<?x8xf32, #sinter.dims<B, 8>>) -> tensor<?x8xf32, #sinter.dims<B, 8>> {
      %0 = sinter.launch @k0(%x) dims <B> : (tensor<?x8xf32, #sinter.dims<B, 8>>) -> tensor<?x8xf32, #sinter.dims<B, 8>>
      sinter.return %0 : tensor<?x8xf32, #sinter.dims<B, 8>>
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, Variadic<SinterTensor>:$operands, DimsAttr:$dims);
  let results = (outs Variadic<SinterTensor>:$results);
  let assemblyFormat = "$kernel `(` $operands `)` `dims` custom<Dims>($dims) attr-dict `:` functional-type($operands, $results)";
}

def WeightOp : SinterOp<"weight", [Symbol, IsolatedFromAbove]> {
  let summary = "A constant of the model: a range of a file, or a recipe over other weights";
  let description = [{
    Either `from(file, offset, bytes)` or a recipe region of load, reshape, transpose, slice, concat, cast, broadcast and pack, which emit
    runs block by block while it writes the executable. Equal (content, recipe) is one weight.
    (C1) A weight has a source or a recipe, not both.
    (C2) The type is static; the source has exactly the type's bytes.
    ```mlir
    sinter.weight @w : tensor<64x64xf32> from("m.onnx", 512, 16384)
    sinter.weight @w_t : tensor<64x64xf32> {
      %0 = sinter.load @w : tensor<64x64xf32>
      %1 = sinter.transpose %0 [1, 0] : tensor<64x64xf32> -> tensor<64x64xf32>
      sinter.yield %1 : tensor<64x64xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<SinterTensor>:$type, OptionalAttr<StrAttr>:$file, DefaultValuedAttr<I64Attr, "0">:$offset,
                       DefaultValuedAttr<I64Attr, "0">:$bytes, OptionalAttr<StrAttr>:$digest);
  let regions = (region AnyRegion:$recipe);
  let assemblyFormat = [{
    $sym_name `:` $type (`from` `(` $file^ `,` $offset `,` $bytes (`,` $digest^)? `)`)? ($recipe^)? attr-dict
  }];
  let hasVerifier = 1;
}

def AssumeOp : SinterOp<"assume"> {
  let summary = "A relation between dims that the runtime checks as soon as their symbols are known";
  let description = [{
    `eq` or `le`. `message` names the node that needs it. Inside a branch of `if` it is checked where that branch runs. Elsewhere its
    place means nothing: without symbols that the program computes, the check comes before the first launch.
    (C1) The relation is eq or le.
    ```mlir
    sinter.program @main() {
      sinter.assume <S> eq <T> "node 'add' (Add)"
      sinter.return
    }
    ```
  }];
  let arguments = (ins DimAttr:$lhs, StrAttr:$relation, DimAttr:$rhs, StrAttr:$message);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// True inside a branch: the relation may fail to hold where that branch does not run.
    bool isConditional();
  }];
}

def CheckElementsOp : SinterOp<"check_elements"> {
  let summary = "Ends the run where an element of a tensor of indices lies outside its range";
  let description = [{
    Element `k`, in memory order, is expected in [lo[j], hi[j]] with j = k mod the number of bounds. `what` says what an element is, the
    location which node needs it. It runs where it stands, before what stands behind it, also in branches and loops.
    (C1) `input` is i32 or i64.
    (C2) `lo` and `hi` have the same number of bounds, at least one.
    ```mlir
    sinter.program @main(%i: tensor<4xi64>) {
      sinter.check_elements %i "an index" from <-8> to <7> : tensor<4xi64>
      sinter.return
    }
    ```
  }];
  let arguments = (ins SinterTensor:$input, StrAttr:$what, DimsAttr:$lo, DimsAttr:$hi);
  let assemblyFormat = "$input $what `from` custom<Dims>($lo) `to` custom<Dims>($hi) attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def BindOp : SinterOp<"bind", [HasParent<"ProgramOp">]> {
  let summary = "Gives a symbol the value that the program has computed";
  let description = [{
    A size that depends on data. Everything behind the bind may use the symbol in its dims; the runtime reads the value when all launches
    before the bind are done, checks that it lies in the symbol's range, and plans what follows.
    (C1) `symbol` names a size: not empty, no `$` in front.
    (C2) `value` is an i64 tensor of rank 0.
    ```mlir
    sinter.program @main(%n: tensor<i64>) -> tensor<?xi64, #sinter.dims<u0>>
        attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 1024, source = "value", input = -1, position = -1>]} {
      sinter.bind "u0" = %n : tensor<i64>
      %0 = sinter.iota [0] of <u0> as i64 -> tensor<?xi64, #sinter.dims<u0>>
      sinter.return %0 : tensor<?xi64, #sinter.dims<u0>>
    }
    ```
  }];
  let arguments = (ins StrAttr:$symbol, SinterTensor:$value);
  let assemblyFormat = "$symbol `=` $value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

#endif

// Control flow: branches and loops of a program. Regions read values from around them.
#ifndef SINTER_CONTROL
#define SINTER_CONTROL

include "Structure.td"

def IfOp : SinterOp<"if", [RecursiveMemoryEffects, NoRegionArguments, SingleBlock]> {
  let summary = "Runs one of two regions";
  let description = [{
    The results are what the region that runs yields.
    (C1) `condition` is an i1 tensor of rank 0.
    (C2) Each region yields the types of the results.
    Source: ONNX If-21.
    ```mlir
    sinter.program @example(%x: tensor<8xf32>, %c: tensor<i1>) -> tensor<8xf32> {
      %0 = sinter.if %c {
        %1 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
        sinter.yield %1 : tensor<8xf32>
      } else {
        sinter.yield %x : tensor<8xf32>
      } : tensor<i1> -> tensor<8xf32>
      sinter.return %0 : tensor<8xf32>
    }
    ```
  }];
  let arguments = (ins SinterTensor:$condition);
  let results = (outs Variadic<SinterTensor>:$results);
  let regions = (region SizedRegion<1>:$thenRegion, SizedRegion<1>:$elseRegion);
  let assemblyFormat = "$condition $thenRegion `else` $elseRegion attr-dict `:` type($condition) (`->` type($results)^)?";
  let hasVerifier = 1;
}

def LoopOp : SinterOp<"loop", [AttrSizedOperandSegments, RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Runs a region `trip` times, or until it yields false";
  let description = [{
    The region's arguments are the number of the iteration, from 0, and the carried values, which are `inits` in the first iteration
    and what the iteration before yielded in the others. It yields the condition for the next iteration (only with `condition`, which
    is that of the first), the carried values, and one row per scan. Results are the carried values after the last iteration,
    then the scans: row i is what iteration i yielded. Rows of iterations that do not run are undefined.
    With `rows`, the loop is one kernel: its body is stages, and each of `rows` rows goes through all iterations alone.
    (C1) `condition` is an i1 tensor of rank 0, and so is the one that the region yields.
    (C2) The region's arguments are an i64 tensor of rank 0 and the types of `inits`.
    (C3) Types of `inits`, yielded carried values and the first results are equal, one by one.
    (C4) A scan has one leading dim more than its row, `trip`.
    Source: ONNX Loop-21, Scan-21.
    ```mlir
    sinter.program @example(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<4x8xf32>) {
      %0:2 = sinter.loop <4> carry (%x) {
      ^bb0(%i: tensor<i64>, %y: tensor<8xf32>):
        %1 = sinter.unary exp %y : tensor<8xf32> -> tensor<8xf32>
        sinter.yield %1, %y : tensor<8xf32>, tensor<8xf32>
      } : (tensor<8xf32>) -> (tensor<8xf32>, tensor<4x8xf32>)
      sinter.return %0#0, %0#1 : tensor<8xf32>, tensor<4x8xf32>
    }
    ```
  }];
  let arguments = (ins DimAttr:$trip, Optional<SinterTensor>:$condition, Variadic<SinterTensor>:$inits, OptionalAttr<DimAttr>:$rows);
  let results = (outs Variadic<SinterTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    custom<Dim>($trip) (`rows` custom<Dim>($rows)^)? (`while` $condition^)? (`carry` `(` $inits^ `)`)? $body attr-dict `:` functional-type(operands, $results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getIteration() { return getBody().getArgument(0); }
    ::mlir::ValueRange getCarried() { return getBody().getArguments().drop_front(); }
    ::mlir::ResultRange getScans() { return getResults().drop_front(getInits().size()); }
    /// What the region yields: the next condition or null, carried values, rows of the scans.
    ::mlir::Value getNextCondition();
    ::mlir::OperandRange getNextCarried();
    ::mlir::OperandRange getScanRows();
  }];
}

#endif

// State: tensors that stay in the context from run to run and grow in place.
#ifndef SINTER_STATE
#define SINTER_STATE

include "Structure.td"

def StateOp : SinterOp<"state", [Pure, HasParent<"ProgramOp">]> {
  let summary = "The rows of a state that earlier runs have kept";
  let description = [{
    Stands for input `input` and output `output` of the graph, whose dim `axis` grows by concatenation. The result has that dim first and
    the others in their order: a row is one contiguous piece of memory, and so is what rows before a given one hold.
    (C1) `axis` lies in [0, rank).
    ```mlir
    sinter.program @main() {
      %0 = sinter.state "past" keeps "present" axis 1 : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>
      sinter.return
    }
    ```
  }];
  let arguments = (ins StrAttr:$input, StrAttr:$output, I64Attr:$axis);
  let results = (outs SinterTensor:$result);
  let assemblyFormat = "$input `keeps` $output `axis` $axis attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def AppendOp : SinterOp<"append", [InferTypeOpAdaptor, HasParent<"ProgramOp">]> {
  let summary = "Keeps rows behind those that a state has; the result shows all of them";
  let description = [{
    What computes `rows` writes them into the state's memory, so the operator itself is no work: the result is the state's memory. Not
    pure: the next run sees the rows, read here or not.
    (C1) `state` is the result of a `sinter.state`.
    (C2) `rows` has the type of the state but for its first dim.
    ```mlir
    sinter.program @main(%k: tensor<1x2x8xf32>) {
      %0 = sinter.state "past" keeps "present" axis 1 : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>
      %1 = sinter.append %0, %k : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>, tensor<1x2x8xf32> -> tensor<?x2x8xf32, #sinter.dims<P + 1, 2, 8>>
      sinter.return
    }
    ```
  }];
  let arguments = (ins SinterTensor:$state, SinterTensor:$rows);
  let results = (outs SinterTensor:$result);
  let assemblyFormat = "$state `,` $rows attr-dict `:` type($state) `,` type($rows) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::sinter::StateOp getStateOp();
  }];
}

#endif

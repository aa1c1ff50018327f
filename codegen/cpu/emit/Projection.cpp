// The emitter of a contraction with the stages of its rows; see Projection.h.
//
// A block of rows is whole register tiles. The last tile of all rows may start ahead of its block (Contraction.cpp), so
// a block in scratch has room for a tile in front; what is written there is not read.
#include "codegen/cpu/emit/Projection.h"
#include "codegen/cpu/emit/Contraction.h"
#include "codegen/cpu/emit/Rows.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

ProjectionEmitter::ProjectionEmitter(Elements &elementsOfKernel, GroupOp groupOp, ArrayRef<int64_t> tile)
    : elements(elementsOfKernel), f(elementsOfKernel.f), group(groupOp), stage(projectionOf(groupOp)), tile(tile) {}

void ProjectionEmitter::run() {
  MLIRContext *context = f.b.getContext();
  DimAttr rows = group.getRows(), blocks = ceilDiv(rows, dimConstant(context, tile[2]));
  auto owns = scf::IfOp::create(f.b, f.less(f.task, f.dim(blocks)), /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(f.b);
  f.b.setInsertionPointToStart(&owns.getThenRegion().front());
  Value firstRow = f.mul(f.task, f.constant(tile[2]));
  Value endRow = f.min(f.add(firstRow, f.constant(tile[2])), f.dim(rows));
  Buffer memory = memoryFor(firstRow);
  ValueRange yields = stage.getBody().front().getTerminator()->getOperands();
  ContractionEmitter(elements, contractionOf(stage), yields, tile).runRows(firstRow, endRow, memory);
  elements.bindBuffer(stage.getResult(0), memory);
  RowEmitter(elements, group).runRows(firstRow, endRow, stage);
}

/// Where the block of rows from `firstRow` on is written, addressed as the whole result: the kernel's result, if others
/// read it, or scratch.
Buffer ProjectionEmitter::memoryFor(Value firstRow) {
  Value result = stage.getResult(0);
  for (auto [value, buffer] : llvm::zip(group.getBody().front().getTerminator()->getOperands(), f.results))
    if (value == result)
      return buffer;
  SmallVector<DimAttr> dims = dimsOf(result);
  Buffer scratch{f.scratchAt(projectionScratch(group, tile).block), f.b.getF32Type(), dims};
  return f.from(scratch, f.mul(f.sub(f.constant(tile[0]), firstRow), f.dim(dims.back())));
}

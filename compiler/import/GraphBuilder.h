// Builds sinter operators for an ONNX node, with ONNX's broadcasting, and one sticky error per node.
//
// Every method accepts null values and returns null for them, and returns null after reporting at the node's location
// if a constraint does not hold. An importer of a node is then straight-line code: the first failure is reported, the
// rest is skipped, and NodeImport::result() turns the null into a failure.
//
// Constants fold at once (see createResults in Sinter.h), so the shape operands of later nodes are known as dims while
// the graph is walked, whether they are numbers or formulas of symbols.
#pragma once
#include "dialects/sinter/Infer.h"
#include "dialects/sinter/Sinter.h"

namespace sinter::importer {
using Dims = llvm::SmallVector<DimAttr>;

using sinter::describeDims;
/// The dims of a value, for a message; "nothing" for null, which an operand is after an error.
std::string describeDims(mlir::Value value);

class GraphBuilder {
public:
  GraphBuilder(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::MLIRContext *context() { return builder.getContext(); }
  mlir::Location location() const { return loc; }
  /// Reports "expected .., got .." at the node once; returns null so that callers can `return error(..)`.
  mlir::Value error(const llvm::Twine &message);
  bool hasFailed() const { return reported; }

  //===- Constants and dims --------------------------------------------------------------------------------------===//
  DimAttr dim(int64_t value) { return dimConstant(context(), value); }
  /// Dims of a value; empty for null.
  Dims dims(mlir::Value value);
  int64_t rank(mlir::Value value);
  mlir::Type element(mlir::Value value);
  /// A scalar of rank 0.
  mlir::Value constant(mlir::Type element, double number);
  /// i64 tensor of rank 1.
  mlir::Value constantInts(llvm::ArrayRef<int64_t> values);
  /// Dims as an i64 tensor of rank 1, and one dim as a scalar of any numeric element type (run-time when symbolic).
  mlir::Value shape(llvm::ArrayRef<DimAttr> dims);
  mlir::Value size(DimAttr dim, mlir::Type element);
  /// The elements of an integer operand of rank 0 or 1 that fixes shapes: numbers, formulas, or the value symbols of a
  /// model input. Reports "expected <what> that is known at compile time or a model input" if it is other data.
  std::optional<Dims> elements(mlir::Value value, llvm::StringRef what);
  /// A size that the program computes, from an integer scalar: its formula if it has one, else a new symbol u0, u1, ..
  /// behind a bind. The run ends with an error where it is negative. Null for null.
  DimAttr bindSize(mlir::Value count);
  /// The same as elements() when every element must be a number.
  std::optional<llvm::SmallVector<int64_t>> integers(mlir::Value value, llvm::StringRef what);
  /// The value of a constant scalar of any type.
  std::optional<double> number(mlir::Value value);
  /// axis in [-rank, rank) made non-negative; reports otherwise.
  std::optional<int64_t> normalizeAxis(int64_t axis, int64_t rank);
  std::optional<llvm::SmallVector<int64_t>> normalizeAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);

  //===- Elementwise, operands broadcast as numpy does -----------------------------------------------------------===//
  mlir::Value unary(UnaryKind kind, mlir::Value x);
  mlir::Value binary(BinaryKind kind, mlir::Value x, mlir::Value y);
  mlir::Value binary(BinaryKind kind, mlir::Value x, double y); // y in x's element type
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);
  mlir::Value cast(mlir::Value x, mlir::Type element);
  mlir::Value add(mlir::Value x, mlir::Value y) { return binary(BinaryKind::add, x, y); }
  mlir::Value sub(mlir::Value x, mlir::Value y) { return binary(BinaryKind::sub, x, y); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return binary(BinaryKind::mul, x, y); }
  mlir::Value div(mlir::Value x, mlir::Value y) { return binary(BinaryKind::div, x, y); }

  //===- Shapes --------------------------------------------------------------------------------------------------===//
  /// numpy's common shape; a symbolic dim that meets another is assumed equal (assume()); reports if impossible.
  std::optional<Dims> broadcastDims(llvm::ArrayRef<DimAttr> x, llvm::ArrayRef<DimAttr> y);
  /// Right-aligned broadcast to `dims`; equal-by-assumption dims are renamed by a reshape.
  mlir::Value broadcastTo(mlir::Value x, llvm::ArrayRef<DimAttr> dims);
  mlir::Value broadcast(mlir::Value x, llvm::ArrayRef<int64_t> mapping, llvm::ArrayRef<DimAttr> dims);
  /// The same tensor under dims that are equal one by one, as the caller has proven or assumed.
  mlir::Value renameDims(mlir::Value x, llvm::ArrayRef<DimAttr> dims);
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<DimAttr> dims);
  mlir::Value unsqueeze(mlir::Value x, llvm::ArrayRef<int64_t> axes); // axes of the result, non-negative
  mlir::Value squeeze(mlir::Value x, llvm::ArrayRef<int64_t> axes);   // non-negative
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> permutation);
  mlir::Value slice(mlir::Value x, llvm::ArrayRef<DimAttr> offsets, llvm::ArrayRef<DimAttr> sizes,
                    llvm::ArrayRef<int64_t> strides);
  /// Elements [offset, offset + size) along one axis.
  mlir::Value sliceAxis(mlir::Value x, int64_t axis, DimAttr offset, DimAttr size);
  mlir::Value concat(llvm::ArrayRef<mlir::Value> parts, int64_t axis);
  mlir::Value pad(mlir::Value x, PadMode mode, mlir::Value value, llvm::ArrayRef<DimAttr> low,
                  llvm::ArrayRef<DimAttr> high);
  mlir::Value iota(llvm::ArrayRef<DimAttr> dims, int64_t dim, mlir::Type element);
  /// lhs == rhs (or <=) is needed: nothing if proven, an error if impossible, else a run-time check before the first
  /// launch.
  bool assumeEqual(DimAttr lhs, DimAttr rhs);
  bool assumeLessEqual(DimAttr lhs, DimAttr rhs);
  /// Element k of x, in memory order, is needed in [lo[j], hi[j]], j = k mod their number: an error if a constant is
  /// not, else a check where the builder stands. `what` is "an index".
  bool checkElements(mlir::Value x, llvm::StringRef what, llvm::ArrayRef<DimAttr> lo, llvm::ArrayRef<DimAttr> hi);
  /// The same for indices of dims of `sizes`, which may count from the end.
  bool checkIndices(mlir::Value x, llvm::ArrayRef<DimAttr> sizes);

  //===- Operators with a loop of their own ----------------------------------------------------------------------===//
  /// The type in which sums over `element` are kept: f32 for halves.
  mlir::Type wideElement(mlir::Type element);
  /// Axes non-negative, any order. With keepDims the reduced dims stay as 1.
  mlir::Value reduce(ReduceKind kind, mlir::Value x, llvm::ArrayRef<int64_t> axes, bool keepDims);
  /// Sum divided by the count, floats only.
  mlir::Value mean(mlir::Value x, llvm::ArrayRef<int64_t> axes, bool keepDims);
  mlir::Value contract(mlir::Value x, llvm::ArrayRef<int64_t> xLabels, mlir::Value y, llvm::ArrayRef<int64_t> yLabels,
                       llvm::ArrayRef<int64_t> outLabels);
  /// numpy's matmul: 1-D operands, batch dims broadcast.
  mlir::Value matmul(mlir::Value x, mlir::Value y);
  mlir::Value softmax(mlir::Value x, int64_t axis, bool logarithm);
  mlir::Value gather(IndexMode mode, mlir::Value x, mlir::Value indices, int64_t axis);

  /// Any operator of the dialect, checked and folded: one result, or all.
  template <typename Op>
  mlir::Value create(mlir::ValueRange operands, llvm::function_ref<void(typename Op::Properties &)> set) {
    auto all = createAll<Op>(operands, set);
    return all.empty() ? mlir::Value() : all.front();
  }
  template <typename Op>
  llvm::SmallVector<mlir::Value> createAll(mlir::ValueRange operands,
                                           llvm::function_ref<void(typename Op::Properties &)> set) {
    if (reported || llvm::any_of(operands, [](mlir::Value v) { return !v; }))
      return {};
    auto results = createResults<Op>(builder, loc, operands, set);
    if (succeeded(results))
      return *results;
    reported = true;
    return {};
  }
  DimsAttr dimsAttr(llvm::ArrayRef<DimAttr> dims) { return DimsAttr::get(context(), dims); }

protected:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  bool reported = false;
};
} // namespace sinter::importer

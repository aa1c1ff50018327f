// codegen/emit/weights: random recipes against a straightforward evaluation, layout, equal weights, bounds, memory.
#include "codegen/emit/weights/Recipe.h"
#include "codegen/emit/weights/Stream.h"
#include "dialects/sinter/ConstantFold.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

using namespace mlir;
using namespace sinter;

namespace {
/// A file that is removed at the end.
struct TemporaryFile {
  SmallString<128> path;
  int descriptor = -1;
  TemporaryFile() { EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("sinter-weights", "bin", descriptor, path)); }
  ~TemporaryFile() {
    close(descriptor);
    llvm::sys::fs::remove(path);
  }
  void write(const void *bytes, size_t size) { ASSERT_EQ(pwrite(descriptor, bytes, size, 0), ssize_t(size)); }
  std::string content() const { return (*llvm::MemoryBuffer::getFile(path))->getBuffer().str(); }
};

struct WeightsTest : testing::Test {
  MLIRContext context;
  void SetUp() override { context.loadDialect<SinterDialect>(); }
  OwningOpRef<ModuleOp> parse(const std::string &text) { return parseSourceString<ModuleOp>(text, &context); }
  /// The bytes that streaming writes for a module, or the error.
  std::string stream(ModuleOp module) {
    TemporaryFile out;
    WeightLayout layout = layoutWeights(module);
    EXPECT_EQ(ftruncate(out.descriptor, layout.totalBytes), 0);
    llvm::Error error = streamWeights(module, layout, out.descriptor, 0);
    return error ? "error: " + toString(std::move(error)) : out.content();
  }
};

//===- Straightforward evaluation -------------------------------------------------------------------------------===//

using Floats = std::vector<float>;

int64_t flat(ArrayRef<int64_t> index, ArrayRef<int64_t> shape) {
  int64_t at = 0;
  for (auto [i, stride] : llvm::zip(index, stridesOf(shape)))
    at += i * stride;
  return at;
}

/// The result of one f32 operator, element by element from its definition in the .td files.
Floats evaluateOp(Operation *op, ArrayRef<const Floats *> operands) {
  auto shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  auto input =
      op->getNumOperands() ? cast<RankedTensorType>(op->getOperand(0).getType()).getShape() : ArrayRef<int64_t>();
  Floats result;
  forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> from(input.size());
    if (auto transpose = dyn_cast<TransposeOp>(op)) {
      for (auto [i, dim] : llvm::enumerate(transpose.getPermutation()))
        from[dim] = index[i];
    } else if (auto broadcast = dyn_cast<BroadcastOp>(op)) {
      for (auto [i, dim] : llvm::enumerate(broadcast.getMapping()))
        from[i] = input[i] == 1 ? 0 : index[dim];
    } else if (auto slice = dyn_cast<SliceOp>(op)) {
      for (size_t i = 0; i < from.size(); ++i)
        from[i] = *constantValue(slice.getOffsets().getValues()[i]) + index[i] * slice.getStrides()[i];
    } else if (isa<PackOp>(op)) {
      size_t lead = input.size() - 2;
      llvm::copy(index.take_front(lead), from.begin());
      from[lead] = index[lead + 1];
      from[lead + 1] = index[lead] * shape.back() + index[lead + 2];
      if (from[lead + 1] >= input.back())
        return result.push_back(0);
    } else if (isa<UnpackOp>(op)) {
      size_t lead = shape.size() - 2;
      llvm::copy(index.take_front(lead), from.begin());
      from[lead] = index[lead + 1] / input.back();
      from[lead + 1] = index[lead];
      from[lead + 2] = index[lead + 1] % input.back();
    } else if (auto pad = dyn_cast<PadOp>(op)) {
      for (size_t i = 0; i < from.size(); ++i) {
        from[i] = index[i] - *constantValue(pad.getLow().getValues()[i]);
        if (from[i] < 0 || from[i] >= input[i])
          return result.push_back((*operands[1])[0]);
      }
    } else if (auto concat = dyn_cast<ConcatOp>(op)) {
      from.assign(index.begin(), index.end());
      for (auto [value, operand] : llvm::zip(op->getOperands(), operands)) {
        auto part = cast<RankedTensorType>(value.getType()).getShape();
        if (from[concat.getAxis()] < part[concat.getAxis()])
          return result.push_back((*operand)[flat(from, part)]);
        from[concat.getAxis()] -= part[concat.getAxis()];
      }
    } else {
      int64_t at = result.size();
      float x = (*operands[0])[at];
      if (isa<ReshapeOp>(op))
        return result.push_back(x);
      if (auto unary = dyn_cast<UnaryOp>(op))
        return result.push_back(unary.getKind() == UnaryKind::neg ? -x : std::fabs(x));
      return result.push_back(cast<BinaryOp>(op).getKind() == BinaryKind::add ? x + (*operands[1])[at]
                                                                              : x * (*operands[1])[at]);
    }
    result.push_back((*operands[0])[flat(from, input)]);
  });
  return result;
}

Floats evaluateRecipe(WeightOp weight, const Floats &source) {
  llvm::DenseMap<Value, Floats> values;
  for (Operation &op : weight.getRecipe().front().without_terminator()) {
    Value result = op.getResult(0);
    if (isa<LoadOp>(op)) {
      values[result] = source;
    } else if (auto constant = dyn_cast<ConstantOp>(op)) {
      auto elements = cast<DenseElementsAttr>(constant.getValue()).getValues<float>();
      values[result] = Floats(elements.begin(), elements.end());
    } else {
      SmallVector<const Floats *> operands;
      for (Value operand : op.getOperands())
        operands.push_back(&values.find(operand)->second);
      Floats made = evaluateOp(&op, operands);
      values[result] = std::move(made);
    }
  }
  return values[weight.getRecipe().front().getTerminator()->getOperand(0)];
}

//===- Random recipes -------------------------------------------------------------------------------------------===//

struct RecipeMaker {
  OpBuilder b;
  Location loc;
  std::mt19937 random;
  int64_t pick(int64_t lo, int64_t hi) { return std::uniform_int_distribution<int64_t>(lo, hi)(random); }
  DimsAttr dims(ArrayRef<int64_t> values) {
    SmallVector<DimAttr> list;
    for (int64_t value : values)
      list.push_back(dimConstant(b.getContext(), value));
    return DimsAttr::get(b.getContext(), list);
  }
  static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

  /// A factor pair list with the product of `count`.
  SmallVector<int64_t> factorize(int64_t count) {
    SmallVector<int64_t> shape;
    for (int64_t d = 2; shape.size() < 3 && d <= count; ++d)
      if (count % d == 0 && pick(0, 1)) {
        shape.push_back(d);
        count /= d;
      }
    shape.insert(shape.begin() + pick(0, shape.size()), count);
    return shape;
  }
  Value transpose(Value x) {
    SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, shapeOf(x).size()));
    std::shuffle(permutation.begin(), permutation.end(), random);
    return TransposeOp::create(b, loc, x, permutation);
  }
  Value slice(Value x) {
    SmallVector<int64_t> offsets, sizes, strides;
    for (int64_t size : shapeOf(x)) {
      int64_t stride = pick(1, 3), count = pick(1, (size + stride - 1) / stride),
              offset = pick(0, size - 1 - (count - 1) * stride);
      bool reversed = pick(0, 2) == 0;
      offsets.push_back(reversed ? offset + (count - 1) * stride : offset);
      sizes.push_back(count);
      strides.push_back(reversed ? -stride : stride);
    }
    return SliceOp::create(b, loc, x, dims(offsets), dims(sizes), strides);
  }
  Value broadcast(Value x) {
    SmallVector<int64_t> shape(shapeOf(x)), mapping = llvm::to_vector<6>(llvm::seq<int64_t>(0, shape.size()));
    int64_t at = pick(0, shape.size());
    for (int64_t &dim : mapping)
      dim += dim >= at;
    shape.insert(shape.begin() + at, pick(1, 3));
    return BroadcastOp::create(b, loc, x, mapping, dims(shape));
  }
  Value pad(Value x) {
    SmallVector<int64_t> low, high;
    for (size_t i = 0; i < shapeOf(x).size(); ++i) {
      low.push_back(pick(0, 2));
      high.push_back(pick(0, 2));
    }
    auto scalar = DenseElementsAttr::get(RankedTensorType::get({}, b.getF32Type()), float(pick(-9, 9)));
    return PadOp::create(b, loc, PadMode::constant, x, ConstantOp::create(b, loc, scalar), dims(low), dims(high));
  }
  Value step(Value x) {
    int64_t rank = shapeOf(x).size(), count = cast<RankedTensorType>(x.getType()).getNumElements();
    switch (pick(0, 9)) {
    case 0: return transpose(x);
    case 1: return slice(x);
    case 2: return count > 4000 || rank > 4 ? transpose(x) : broadcast(x);
    case 3: return ReshapeOp::create(b, loc, x, dims(factorize(count)));
    case 4: {
      Value other = rank ? slice(x) : x;
      int64_t axis = pick(0, std::max<int64_t>(rank - 1, 0));
      for (auto [d, sizes] : llvm::enumerate(llvm::zip(shapeOf(x), shapeOf(other))))
        if (int64_t(d) != axis && std::get<0>(sizes) != std::get<1>(sizes))
          return other;
      return rank ? Value(ConcatOp::create(b, loc, axis, ValueRange{x, other, x})) : x;
    }
    case 5: return count > 4000 ? slice(x) : pad(x);
    case 6: return rank < 2 || rank > 4 ? x : Value(PackOp::create(b, loc, x, pick(1, 5)));
    case 7: return rank < 3 ? x : Value(UnpackOp::create(b, loc, x, shapeOf(x)[rank - 3] * shapeOf(x).back()));
    case 8: return UnaryOp::create(b, loc, pick(0, 1) ? UnaryKind::neg : UnaryKind::abs, x);
    default: {
      Value other = pick(0, 1) ? x : UnaryOp::create(b, loc, UnaryKind::neg, x).getResult();
      return BinaryOp::create(b, loc, pick(0, 1) ? BinaryKind::add : BinaryKind::mul, x, other);
    }
    }
  }
};
} // namespace

TEST_F(WeightsTest, RandomRecipesGiveTheirDefinition) {
  int64_t elements = 0;
  for (int round = 0; round < 600; ++round) {
    RecipeMaker maker{OpBuilder(&context), UnknownLoc::get(&context), std::mt19937(round)};
    SmallVector<int64_t> shape;
    for (int64_t rank = maker.pick(0, 4); rank > 0; --rank)
      shape.push_back(maker.pick(1, 7));
    auto type = RankedTensorType::get(shape, maker.b.getF32Type());
    Floats source(type.getNumElements());
    for (float &value : source)
      value = std::uniform_real_distribution<float>(-2, 2)(maker.random);
    TemporaryFile file;
    file.write(source.data(), source.size() * sizeof(float));

    auto module = parse("module {}");
    OpBuilder &b = maker.b;
    b.setInsertionPointToEnd(module->getBody());
    auto fileName = b.getStringAttr(file.path);
    WeightOp::create(b, maker.loc, "w", type, fileName, 0, source.size() * 4, StringAttr());
    Block block;
    b.setInsertionPointToStart(&block);
    Value value = LoadOp::create(b, maker.loc, type, "w");
    for (int64_t steps = maker.pick(1, 7); steps > 0; --steps)
      value = maker.step(value);
    YieldOp::create(b, maker.loc, value);
    b.setInsertionPointToEnd(module->getBody());
    auto recipe =
        WeightOp::create(b, maker.loc, "r", cast<RankedTensorType>(value.getType()), StringAttr(), 0, 0, StringAttr());
    recipe.getRecipe().emplaceBlock().getOperations().splice(recipe.getRecipe().front().end(), block.getOperations());
    auto program = ProgramOp::create(
        b, maker.loc, "main", b.getFunctionType({}, value.getType() ? TypeRange{recipe.getType()} : TypeRange{}));
    b.setInsertionPointToStart(&program.getBody().front());
    ReturnOp::create(b, maker.loc, ValueRange{LoadOp::create(b, maker.loc, recipe.getType(), "r")});

    Floats expected = evaluateRecipe(recipe, source);
    std::string bytes = stream(*module);
    ASSERT_EQ(bytes.size(), expected.size() * sizeof(float)) << round << " " << bytes.substr(0, 200);
    if (std::memcmp(bytes.data(), expected.data(), bytes.size())) {
      module->dump();
      FAIL() << "round " << round;
    }
    elements += expected.size();
  }
  EXPECT_GT(elements, 100000);
}

/// Several blocks: a transposed and packed weight of 12 MB, and one that must be computed in between.
TEST_F(WeightsTest, LargeWeightsInBlocks) {
  constexpr int64_t rows = 3000, columns = 1001;
  Floats source(rows * columns);
  for (size_t i = 0; i < source.size(); ++i)
    source[i] = float(i % 65521);
  TemporaryFile file;
  file.write(source.data(), source.size() * sizeof(float));
  auto module = parse(R"(
    sinter.weight @w : tensor<3000x1001xf32> from(")" +
                      file.path.str().str() + R"(", 0, 12012000)
    sinter.weight @t : tensor<63x1001x48xf32> {
      %0 = sinter.load @w : tensor<3000x1001xf32>
      %1 = sinter.transpose %0 [1, 0] : tensor<3000x1001xf32> -> tensor<1001x3000xf32>
      %2 = sinter.pack %1 width 48 : tensor<1001x3000xf32> -> tensor<63x1001x48xf32>
      sinter.yield %2 : tensor<63x1001x48xf32>
    }
    sinter.weight @c : tensor<1001x3000xf64> {
      %0 = sinter.load @w : tensor<3000x1001xf32>
      %1 = sinter.cast %0 to f64 : tensor<3000x1001xf32> -> tensor<3000x1001xf64>
      %2 = sinter.transpose %1 [1, 0] : tensor<3000x1001xf64> -> tensor<1001x3000xf64>
      sinter.yield %2 : tensor<1001x3000xf64>
    }
    sinter.program @main() {
      %0 = sinter.load @t : tensor<63x1001x48xf32>
      %1 = sinter.load @c : tensor<1001x3000xf64>
      sinter.return %0, %1 : tensor<63x1001x48xf32>, tensor<1001x3000xf64>
    })");
  ASSERT_TRUE(module);
  WeightLayout layout = layoutWeights(*module);
  std::string bytes = stream(*module);
  ASSERT_EQ(int64_t(bytes.size()), layout.totalBytes) << bytes.substr(0, 300);
  auto packed = reinterpret_cast<const float *>(bytes.data() + layout.offsetOf("t"));
  auto wide = reinterpret_cast<const double *>(bytes.data() + layout.offsetOf("c"));
  for (int64_t k = 0; k < columns; ++k)
    for (int64_t n = 0; n < 63 * 48; ++n) {
      float expected = n < rows ? source[n * columns + k] : 0;
      ASSERT_EQ(packed[(n / 48 * columns + k) * 48 + n % 48], expected) << k << " " << n;
      if (n < rows) {
        ASSERT_EQ(wide[k * rows + n], expected) << k << " " << n;
      }
    }
}

/// A recipe over 64 MiB while the process may allocate 30 MiB more.
TEST_F(WeightsTest, MemoryStaysBounded) {
  TemporaryFile file, out;
  ASSERT_EQ(ftruncate(file.descriptor, int64_t(64) << 20), 0);
  auto module = parse(R"(
    sinter.weight @w : tensor<4096x4096xf32> from(")" +
                      file.path.str().str() + R"(", 0, 67108864)
    sinter.weight @t : tensor<4096x4096xf32> {
      %0 = sinter.load @w : tensor<4096x4096xf32>
      %1 = sinter.unary neg %0 : tensor<4096x4096xf32> -> tensor<4096x4096xf32>
      %2 = sinter.transpose %1 [1, 0] : tensor<4096x4096xf32> -> tensor<4096x4096xf32>
      sinter.yield %2 : tensor<4096x4096xf32>
    }
    sinter.program @main() {
      %0 = sinter.load @t : tensor<4096x4096xf32>
      sinter.return %0 : tensor<4096x4096xf32>
    })");
  rlim_t used = 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmData:"))
      used = std::stol(line.substr(7)) << 10;
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_DATA, &before), 0);
  rlimit limited = {used + (30 << 20), before.rlim_max};
  WeightLayout layout = layoutWeights(*module);
  ASSERT_EQ(setrlimit(RLIMIT_DATA, &limited), 0);
  bool failed = errorToBool(streamWeights(*module, layout, out.descriptor, 0));
  ASSERT_EQ(setrlimit(RLIMIT_DATA, &before), 0);
  EXPECT_FALSE(failed);
}

TEST_F(WeightsTest, LayoutTakesWhatTheProgramLoads) {
  auto module = parse(R"(
    sinter.weight @a : tensor<3xf32> from("m", 0, 12)
    sinter.weight @unused : tensor<3xf32> from("m", 12, 12)
    sinter.weight @b : tensor<100xi8> from("m", 24, 100)
    sinter.program @main() {
      %0 = sinter.load @b : tensor<100xi8>
      %1 = sinter.load @a : tensor<3xf32>
      %2 = sinter.load @unused : tensor<3xf32>
      %3 = sinter.reshape %2 to <3, 1> : tensor<3xf32> -> tensor<3x1xf32>
      sinter.return %0, %1 : tensor<100xi8>, tensor<3xf32>
    })");
  WeightLayout layout = layoutWeights(*module);
  EXPECT_EQ(layout.entries.size(), 2u);
  EXPECT_EQ(layout.offsetOf("a"), 0);
  EXPECT_EQ(layout.offsetOf("b"), 64);
  EXPECT_EQ(layout.totalBytes, 164);
}

TEST_F(WeightsTest, EqualWeightsBecomeOne) {
  auto module = parse(R"(
    sinter.weight @a : tensor<2x3xf32> from("m", 0, 24)
    sinter.weight @b : tensor<2x3xf32> from("m", 0, 24)
    sinter.weight @other : tensor<2x3xf32> from("m", 24, 24)
    sinter.weight @h : tensor<2x3xf32> from("x", 0, 24, "0123")
    sinter.weight @i : tensor<2x3xf32> from("y", 8, 24, "0123")
    sinter.weight @a_t : tensor<3x2xf32> {
      %0 = sinter.load @a : tensor<2x3xf32>
      %1 = sinter.transpose %0 [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
      sinter.yield %1 : tensor<3x2xf32>
    }
    sinter.weight @b_t : tensor<3x2xf32> {
      %0 = sinter.load @b : tensor<2x3xf32>
      %1 = sinter.transpose %0 [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
      sinter.yield %1 : tensor<3x2xf32>
    }
    sinter.program @main() {
      %0 = sinter.load @b_t : tensor<3x2xf32>
      %1 = sinter.load @i : tensor<2x3xf32>
      sinter.return %0, %1 : tensor<3x2xf32>, tensor<2x3xf32>
    })");
  EXPECT_EQ(dedupWeights(*module), 3);
  std::string loads;
  for (auto program : module->getOps<ProgramOp>())
    program.walk([&](LoadOp load) { loads += load.getWeight().str() + " "; });
  EXPECT_EQ(loads, "a_t h ");
  EXPECT_TRUE(module->lookupSymbol("other"));
}

TEST_F(WeightsTest, SourcesAreChecked) {
  TemporaryFile file;
  file.write("0123456789", 10);
  auto text = [&](StringRef path, StringRef range) {
    return "sinter.weight @w : tensor<4xf32> from(\"" + path.str() + "\", " + range.str() +
           ")\nsinter.program @main() { %0 = sinter.load @w : tensor<4xf32>\n sinter.return %0 : tensor<4xf32> }";
  };
  EXPECT_EQ(stream(*parse(text(file.path, "0, 16"))),
            "error: weight 'w': expected 16 bytes at 0 of '" + file.path.str().str() + "', got a file of 10");
  EXPECT_EQ(stream(*parse(text("/nowhere", "0, 16"))), "error: cannot read '/nowhere': No such file or directory");
  auto cyclic = parse(R"(
    sinter.weight @w : tensor<4xf32> {
      %0 = sinter.load @w : tensor<4xf32>
      sinter.yield %0 : tensor<4xf32>
    }
    sinter.program @main() { %0 = sinter.load @w : tensor<4xf32>
      sinter.return %0 : tensor<4xf32> })");
  EXPECT_EQ(stream(*cyclic), "error: weight 'w': its recipe reads itself");
}

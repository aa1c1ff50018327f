// Comparison of tensors and its report.
#include "runtime/main/Compare.h"

#include "runtime/io/TensorFile.h"
#include <stdio.h>

using namespace sinter::rt;

namespace {
double magnitude(double value) { return value < 0 ? -value : value; }

/// |a - b| of two integers of 64 bits, which may not fit 64 bits.
double integerDistance(int32_t dtype, int64_t a, int64_t b) {
  bool isLess = dtype == SINTER_U64 ? static_cast<uint64_t>(a) < static_cast<uint64_t>(b) : a < b;
  return static_cast<double>(isLess ? static_cast<uint64_t>(b) - static_cast<uint64_t>(a)
                                    : static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

double distanceAt(const Tensor &got, const Tensor &expected, int64_t index) {
  if (dtypeInfo(got.dtype)->kind != NumberKind::Real)
    return integerDistance(got.dtype, loadInteger(got.dtype, got.data, index),
                           loadInteger(got.dtype, expected.data, index));
  double a = loadReal(got.dtype, got.data, index), b = loadReal(got.dtype, expected.data, index);
  if (a == b || (a != a && b != b))
    return 0;
  double distance = magnitude(a - b);
  return distance == distance ? distance : __builtin_inf();
}

void appendIndex(Text &text, const Tensor &tensor, int64_t flat) {
  int64_t index[kMaxRank];
  for (int32_t axis = tensor.rank - 1; axis >= 0; --axis) {
    index[axis] = flat % tensor.dims[axis];
    flat /= tensor.dims[axis];
  }
  appendShape(text, index, tensor.rank);
}

void appendType(Text &text, const Tensor &tensor) {
  text.append("%s ", dtypeName(tensor.dtype));
  appendShape(text, tensor.dims, tensor.rank);
}

void printDifference(const char *name, const Tensor &got, const Tensor &expected, const Difference &difference,
                     const Options &options) {
  bool equal = difference.sameType && !difference.mismatches;
  if (equal && options.quiet)
    return;
  Text line;
  if (!difference.sameType) {
    line.append("expected ");
    appendType(line, expected);
    line.append(", got ");
    appendType(line, got);
  } else {
    line.append(equal ? "ok" : "MISMATCH");
    if (!equal)
      line.append(", %lld of %lld elements beyond %g + %g * |expected|", static_cast<long long>(difference.mismatches),
                  static_cast<long long>(got.elements()), options.atol, options.rtol);
    line.append(", worst error %.3g", difference.worst);
    if (difference.worstIndex >= 0) {
      line.append(" at ");
      appendIndex(line, got, difference.worstIndex);
      line.append(": expected %.9g, got %.9g", loadReal(expected.dtype, expected.data, difference.worstIndex),
                  loadReal(got.dtype, got.data, difference.worstIndex));
    }
  }
  printf("%s: %s\n", name, line.cString());
}

void writeDifference(JsonWriter &json, const char *name, const Difference &difference) {
  json.beginObject();
  json.field("name", name);
  json.key("equal");
  json.boolean(difference.sameType && !difference.mismatches);
  json.key("same_type");
  json.boolean(difference.sameType);
  json.field("mismatches", difference.mismatches);
  json.realField("worst_error", difference.worst);
  json.endObject();
}
} // namespace

Difference sinter::rt::compareTensors(const Tensor &got, const Tensor &expected, double rtol, double atol) {
  Difference result;
  size_t dimBytes = static_cast<size_t>(got.rank) * sizeof(int64_t);
  result.sameType =
      got.dtype == expected.dtype && got.rank == expected.rank && !memcmp(got.dims, expected.dims, dimBytes);
  if (!result.sameType)
    return result;
  for (int64_t k = 0, count = got.elements(); k < count; ++k) {
    double distance = distanceAt(got, expected, k);
    double size = magnitude(loadReal(expected.dtype, expected.data, k));
    // An infinite or NaN `expected` gives an infinite tolerance (or none): only equal values pass then.
    result.mismatches += distance > 0 && (!__builtin_isfinite(size) || !(distance <= atol + rtol * size));
    if (distance > result.worst) {
      result.worst = distance;
      result.worstIndex = k;
    }
  }
  return result;
}

bool sinter::rt::compareOutputs(const sinter_program &program, const Inference &inference, const Options &options,
                                JsonWriter *json, bool &equal, Error &error) {
  TensorSet set;
  equal = true;
  if (!set.open(options.comparePath, "output", error))
    return false;
  if (json) {
    json->key("compare");
    json->beginArray();
  }
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    const char *name = program.outputs[k].name;
    Tensor expected;
    bool found;
    if (!set.read(name, k, expected, found, error))
      return false;
    if (!found)
      return error.fail("%s: expected a tensor for output %s, got none", options.comparePath, name);
    Difference difference = compareTensors(inference.output(k), expected, options.rtol, options.atol);
    equal &= difference.sameType && !difference.mismatches;
    if (json)
      writeDifference(*json, name, difference);
    else
      printDifference(name, inference.output(k), expected, difference, options);
  }
  if (json)
    json->endArray();
  return true;
}

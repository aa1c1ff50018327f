// Statistics of tensors and their first elements.
#include "runtime/main/Summary.h"

#include <stdio.h>

using namespace sinter::rt;

namespace {
constexpr int64_t kShownElements = 8;

struct Statistics {
  double least = __builtin_inf(), greatest = -__builtin_inf(), mean = 0;
  int64_t nans = 0;
};

Statistics statisticsOf(const Tensor &tensor) {
  Statistics result;
  double sum = 0;
  int64_t count = tensor.elements();
  for (int64_t k = 0; k < count; ++k) {
    double value = loadReal(tensor.dtype, tensor.data, k);
    if (value != value) {
      ++result.nans;
      continue;
    }
    result.least = smaller(result.least, value);
    result.greatest = larger(result.greatest, value);
    sum += value;
  }
  result.mean = count > result.nans ? sum / static_cast<double>(count - result.nans) : 0;
  return result;
}

void appendElement(Text &text, const Tensor &tensor, int64_t index) {
  NumberKind kind = dtypeInfo(tensor.dtype)->kind;
  if (kind == NumberKind::Real)
    text.append("%.6g", loadReal(tensor.dtype, tensor.data, index));
  else if (kind == NumberKind::Unsigned)
    text.append("%llu", static_cast<unsigned long long>(loadInteger(tensor.dtype, tensor.data, index)));
  else
    text.append("%lld", static_cast<long long>(loadInteger(tensor.dtype, tensor.data, index)));
}
} // namespace

void sinter::rt::printSummary(const sinter_program &program, const Inference &inference) {
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    const Tensor &tensor = inference.output(k);
    Text line;
    line.append("%s  %s ", program.outputs[k].name, dtypeName(tensor.dtype));
    appendShape(line, tensor.dims, tensor.rank);
    Statistics statistics = statisticsOf(tensor);
    if (tensor.elements() > statistics.nans)
      line.append("  min %.6g  max %.6g  mean %.6g", statistics.least, statistics.greatest, statistics.mean);
    if (statistics.nans)
      line.append("  NaN %lld", static_cast<long long>(statistics.nans));
    line.append("  [");
    for (int64_t n = 0; n < smaller(tensor.elements(), kShownElements); ++n) {
      line.append(n ? ", " : "");
      appendElement(line, tensor, n);
    }
    line.append(tensor.elements() > kShownElements ? ", ...]" : "]");
    printf("%s\n", line.cString());
  }
}

void sinter::rt::writeSummary(JsonWriter &json, const sinter_program &program, const Inference &inference) {
  json.key("outputs");
  json.beginArray();
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    const Tensor &tensor = inference.output(k);
    Statistics statistics = statisticsOf(tensor);
    json.beginObject();
    json.field("name", program.outputs[k].name);
    json.field("dtype", dtypeName(tensor.dtype));
    json.key("shape");
    json.beginArray();
    for (int32_t axis = 0; axis < tensor.rank; ++axis)
      json.integer(tensor.dims[axis]);
    json.endArray();
    json.realField("min", statistics.least);
    json.realField("max", statistics.greatest);
    json.realField("mean", statistics.mean);
    json.field("nan", statistics.nans);
    json.key("first");
    json.beginArray();
    for (int64_t n = 0; n < smaller(tensor.elements(), kShownElements); ++n)
      json.real(loadReal(tensor.dtype, tensor.data, n));
    json.endArray();
    json.endObject();
  }
  json.endArray();
}

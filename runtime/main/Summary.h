// What a run prints about its outputs when they are not written.
#pragma once
#include "runtime/core/Inference.h"
#include "runtime/main/JsonWriter.h"

namespace sinter::rt {

/// One line per output: name, dtype, shape, least, greatest and mean value, count of NaN, first elements.
void printSummary(const sinter_program &program, const Inference &inference);

/// The same as an array "outputs" in an open JSON object.
void writeSummary(JsonWriter &json, const sinter_program &program, const Inference &inference);

} // namespace sinter::rt

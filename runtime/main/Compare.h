// --compare: the outputs of a run against expected ones.
#pragma once
#include "runtime/core/Inference.h"
#include "runtime/main/JsonWriter.h"
#include "runtime/main/Options.h"

namespace sinter::rt {

/// How two tensors differ.
struct Difference {
  bool sameType = true; // dtype and shape
  int64_t mismatches = 0;
  double worst = 0; // greatest |got - expected|; infinite when one of them is NaN or infinite and the other is not
  int64_t worstIndex = -1;
};

/// Compares element by element: |got - expected| <= atol + rtol * |expected|; NaN equals NaN. 64-bit integers are
/// subtracted exactly.
Difference compareTensors(const Tensor &got, const Tensor &expected, double rtol, double atol);

/// Compares every output, prints a line for each (only mismatches with `quiet`; into "compare" of an open JSON object
/// when `json` is given) and says in `equal` whether all are within the tolerance. Fails when expected outputs cannot
/// be read.
bool compareOutputs(const sinter_program &program, const Inference &inference, const Options &options, JsonWriter *json,
                    bool &equal, Error &error);

} // namespace sinter::rt

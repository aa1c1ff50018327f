// Kernels, plans and tables of the test programs. Compiled twice: for the unit tests, and with the flags of the runtime
// into the executable of ExecutableTest, where doubleProgram is the one program.
#include "Programs.h"

#include <string.h>

namespace {
// ---- doubleProgram: values are N, 3, N * 3, arena bytes, flops, bytes
enum { kN, kThree, kCount, kDoubleArena, kFlops, kBytes, kNumDoubleValues };

void doubleRow(const sinter_args *args, int64_t task, void *) {
  const float *x = static_cast<const float *>(args->buffers[0]) + task * 3;
  float *y = static_cast<float *>(args->buffers[1]) + task * 3;
  for (int k = 0; k < 3; ++k)
    y[k] = 2 * x[k];
}

void copyAll(const sinter_args *args, int64_t, void *) {
  for (int64_t k = 0; k < args->dims[0]; ++k)
    static_cast<float *>(args->buffers[1])[k] = static_cast<const float *>(args->buffers[0])[k];
}

int32_t planDouble(int64_t *values) {
  values[kThree] = 3;
  values[kCount] = values[kN] * 3;
  values[kDoubleArena] = values[kFlops] = values[kCount] * 4;
  values[kBytes] = values[kCount] * 8;
  return 0;
}

void runDouble(sinter_frame *frame) {
  void *first[] = {frame->inputs[0], frame->arenas[0]}, *second[] = {frame->arenas[0], frame->outputs[0]};
  int64_t count = frame->values[kCount];
  sinter_args firstArgs = {first, nullptr}, secondArgs = {second, &count};
  sinter_rt_launch(frame, 0, doubleRow, &firstArgs, frame->values[kN], 0);
  sinter_rt_launch(frame, 1, copyAll, &secondArgs, count ? 1 : 0, 0);
}

const int32_t rowsOfThree[] = {kN, kThree};
const char *const rowsOfThreeTexts[] = {"N", "3"};
const sinter_tensor_info doubleInputs[] = {{"x", SINTER_F32, 2, rowsOfThree, rowsOfThreeTexts}};
const sinter_tensor_info doubleOutputs[] = {{"y", SINTER_F32, 2, rowsOfThree, rowsOfThreeTexts}};
const sinter_symbol doubleSymbols[] = {{"N", 0, 1000000, SINTER_FROM_DIM, 0, 0, nullptr}};
const sinter_segment doubleSegments[] = {{planDouble, runDouble, kNumDoubleValues, kDoubleArena, "12*N"}};
const sinter_launch_info doubleLaunches[] = {{"k0_map", "Mul_0, \"quoted\"", kFlops, kBytes},
                                             {"k1_move", "Identity_1", -1, -1}};
const sinter_property doubleProperties[] = {{"opset", "20"}, {"producer", "hand"}};
const char *const noFeatures[] = {nullptr};
const char *const impossibleFeatures[] = {"sse2", "avx9", nullptr};
alignas(64) const unsigned char weights[] = {1, 2};

// ---- paddedProgram: values are B, S, u0, S + u0, 1, arena bytes (one sum per row), flops
enum { kB, kS, kU0, kWidth, kOne, kPaddedArena, kPaddedFlops, kNumPaddedValues };

void padRow(const sinter_args *args, int64_t row, void *scratch) {
  int64_t size = args->dims[0], width = args->dims[1];
  const float *x = static_cast<const float *>(args->buffers[0]) + row * size;
  float *out = static_cast<float *>(args->buffers[1]) + row * width, *copy = static_cast<float *>(scratch), sum = 0;
  for (int64_t k = 0; k < size; ++k)
    copy[k] = x[k];
  for (int64_t k = 0; k < size; ++k)
    sum += copy[k];
  for (int64_t k = 0; k < width; ++k)
    out[k] = k < size ? copy[k] : -1;
  static_cast<float *>(args->buffers[2])[row] = sum;
}

void addRows(const sinter_args *args, int64_t, void *) {
  float sum = 0;
  for (int64_t k = 0; k < args->dims[0]; ++k)
    sum += static_cast<const float *>(args->buffers[0])[k];
  *static_cast<float *>(args->buffers[1]) = sum;
}

int32_t planPadded(int64_t *values) {
  values[kOne] = 1;
  values[kWidth] = values[kS] + values[kU0];
  values[kPaddedArena] = values[kB] * 4;
  values[kPaddedFlops] = values[kB] * values[kS];
  return 0;
}

void runPadded(sinter_frame *frame) {
  unsigned char *arena = frame->arenas[0];
  void *first[] = {frame->inputs[0], frame->outputs[0], arena}, *second[] = {arena, frame->outputs[1]};
  int64_t dims[] = {frame->values[kS], frame->values[kWidth]};
  sinter_args firstArgs = {first, dims}, secondArgs = {second, &frame->values[kB]};
  sinter_rt_launch(frame, 0, padRow, &firstArgs, frame->values[kB], kPaddedScratchBytes);
  sinter_rt_launch(frame, 1, addRows, &secondArgs, 1, 0);
}

const int32_t paddedX[] = {kB, kS}, paddedN[] = {kOne}, paddedOut[] = {kB, kWidth};
const char *const paddedXTexts[] = {"B", "S"}, *const paddedNTexts[] = {"1"}, *const paddedOutTexts[] = {"B", "S + u0"};
const sinter_tensor_info paddedInputs[] = {{"x", SINTER_F32, 2, paddedX, paddedXTexts},
                                           {"n", SINTER_I64, 1, paddedN, paddedNTexts}};
const sinter_tensor_info paddedOutputs[] = {{"a/b:0", SINTER_F32, 2, paddedOut, paddedOutTexts},
                                            {"sum", SINTER_F32, 0, nullptr, nullptr}};
const sinter_symbol paddedSymbols[] = {{"B", 1, 64, SINTER_FROM_DIM, 0, 0, nullptr},
                                       {"S", 0, 1024, SINTER_FROM_DIM, 0, 1, nullptr},
                                       {"u0", 0, 16, SINTER_FROM_ELEMENT, 1, 0, nullptr}};
const sinter_check paddedChecks[] = {{kU0, kS, 1, "Pad node: u0 <= S"}};
const sinter_segment paddedSegments[] = {{planPadded, runPadded, kNumPaddedValues, kPaddedArena, "4*B"}};
const sinter_launch_info paddedLaunches[] = {{"k0_move", "Pad", -1, -1}, {"k1_map", "ReduceSum", kPaddedFlops, -1}};

// ---- agreeingProgram: values are M, K, M + 1, 2, 0
enum { kM, kK, kMPlus1, kTwo, kZero, kNumAgreeingValues };

int32_t planAgreeing(int64_t *values) {
  values[kMPlus1] = values[kM] + 1;
  values[kTwo] = 2;
  values[kZero] = 0;
  return values[kM] > 100 ? 1 + kMPlus1 : 0; // pretends that larger sizes overflow
}

const int32_t agreeingLeft[] = {kM, kK}, agreeingRight[] = {kK, kMPlus1}, agreeingFlag[] = {kTwo}, none[] = {kZero};
const char *const agreeingLeftTexts[] = {"M", "K"}, *const agreeingRightTexts[] = {"K", "M + 1"};
const char *const agreeingFlagTexts[] = {"2"}, *const noneTexts[] = {"0"};
const sinter_tensor_info agreeingInputs[] = {{"left", SINTER_F32, 2, agreeingLeft, agreeingLeftTexts},
                                             {"right", SINTER_F32, 2, agreeingRight, agreeingRightTexts},
                                             {"flag", SINTER_BOOL, 1, agreeingFlag, agreeingFlagTexts}};
const sinter_tensor_info agreeingOutputs[] = {{"result", SINTER_I64, 1, none, noneTexts}};
const sinter_symbol agreeingSymbols[] = {{"M", 1, INT64_MAX, SINTER_FROM_DIM, 0, 0, nullptr},
                                         {"K", 3, 3, SINTER_FROM_DIM, 0, 1, nullptr}};
const sinter_segment agreeingSegments[] = {{planAgreeing, [](sinter_frame *) {}, kNumAgreeingValues, kZero, "0"}};

int32_t planHuge(int64_t *values) {
  planDouble(values);
  values[kDoubleArena] = int64_t{1} << 60;
  return 0;
}

const sinter_segment hugeSegments[] = {{planHuge, runDouble, kNumDoubleValues, kDoubleArena, "12*N"}};

// ---- positiveProgram: values are N, u0, then 1, limit, arena 0; then arena 1, flops
enum { kPositiveN, kPositiveU0, kPositiveOne, kLimit, kCountArena, kIndexArena, kPositiveFlops, kNumPositiveValues };

void countPositive(const sinter_args *args, int64_t, void *) {
  const float *x = static_cast<const float *>(args->buffers[0]);
  int64_t count = 0;
  for (int64_t k = 0; k < args->dims[0]; ++k)
    count += x[k] > 0;
  *static_cast<int64_t *>(args->buffers[1]) = *static_cast<int64_t *>(args->buffers[2]) = count;
}

void findPositive(const sinter_args *args, int64_t, void *) {
  const float *x = static_cast<const float *>(args->buffers[0]);
  int64_t *indices = static_cast<int64_t *>(args->buffers[1]), next = 0;
  for (int64_t k = 0; k < args->dims[0]; ++k)
    if (x[k] > 0)
      indices[next++] = k;
}

/// The count comes from the first segment's arena, to show that it lives on.
void takePositive(const sinter_args *args, int64_t, void *) {
  const float *x = static_cast<const float *>(args->buffers[0]);
  const int64_t *indices = static_cast<const int64_t *>(args->buffers[1]);
  for (int64_t k = 0; k < *static_cast<const int64_t *>(args->buffers[2]); ++k)
    static_cast<float *>(args->buffers[3])[k] = x[indices[k]];
}

int32_t planCount(int64_t *values) {
  values[kPositiveOne] = 1;
  values[kLimit] = 6;
  values[kCountArena] = 8;
  return 0;
}

void runCount(sinter_frame *frame) {
  void *buffers[] = {frame->inputs[0], frame->arenas[0], frame->outputs[1]};
  sinter_args args = {buffers, &frame->values[kPositiveN]};
  sinter_rt_launch(frame, 0, countPositive, &args, 1, 0);
  frame->values[kPositiveU0] = *reinterpret_cast<int64_t *>(frame->arenas[0]);
}

int32_t planTake(int64_t *values) {
  values[kIndexArena] = values[kPositiveU0] * 8;
  values[kPositiveFlops] = values[kPositiveU0];
  return values[kPositiveU0] > 4 ? 1 + kIndexArena : 0; // pretends that larger sizes overflow
}

void runTake(sinter_frame *frame) {
  void *find[] = {frame->inputs[0], frame->arenas[1]};
  void *take[] = {frame->inputs[0], frame->arenas[1], frame->arenas[0], frame->outputs[0]};
  sinter_args findArgs = {find, &frame->values[kPositiveN]}, takeArgs = {take, nullptr};
  sinter_rt_launch(frame, 1, findPositive, &findArgs, 1, 0);
  sinter_rt_launch(frame, 2, takePositive, &takeArgs, 1, 0);
}

const int32_t positiveX[] = {kPositiveN}, positiveY[] = {kPositiveU0};
const char *const positiveXTexts[] = {"N"}, *const positiveYTexts[] = {"u0"};
const sinter_tensor_info positiveInputs[] = {{"x", SINTER_F32, 1, positiveX, positiveXTexts}};
const sinter_tensor_info positiveOutputs[] = {{"y", SINTER_F32, 1, positiveY, positiveYTexts},
                                              {"count", SINTER_I64, 0, nullptr, nullptr}};
const sinter_symbol positiveSymbols[] = {{"N", 0, 1000, SINTER_FROM_DIM, 0, 0, nullptr},
                                         {"u0", 1, INT64_MAX, SINTER_FROM_VALUE, -1, 0, "node 'find' (Compress)"}};
const sinter_check positiveChecks[] = {{kPositiveU0, kLimit, 1, "node 'add' (Add): u0 <= 6"}};
const sinter_segment positiveSegments[] = {{planCount, runCount, kCountArena + 1, kCountArena, "8"},
                                           {planTake, runTake, kNumPositiveValues, kIndexArena, "8*u0"}};
const sinter_launch_info positiveLaunches[] = {
    {"k0_count", "find", -1, -1}, {"k1_find", "find", kPositiveFlops, -1}, {"k2_take", "find", -1, -1}};

enum { kKeepingN, kKeepingP, kKeepingRows, kKeepingArena, kNumKeepingValues };

int32_t planKeeping(int64_t *values) {
  values[kKeepingRows] = values[kKeepingP] + values[kKeepingN];
  values[kKeepingArena] = 0;
  return 0;
}

void runKeeping(sinter_frame *frame) {
  float *state = reinterpret_cast<float *>(frame->states[0]), *sum = static_cast<float *>(frame->outputs[0]);
  if (int64_t count = frame->values[kKeepingN])
    memcpy(state + frame->values[kKeepingP], frame->inputs[0], static_cast<size_t>(count) * sizeof(float));
  *sum = 0;
  for (int64_t k = 0; k < frame->values[kKeepingRows]; ++k)
    *sum += state[k];
}

const int32_t keepingX[] = {kKeepingN}, keepingPast[] = {kKeepingP};
const char *const keepingXTexts[] = {"N"}, *const keepingPastTexts[] = {"P"};
const sinter_tensor_info keepingInputs[] = {{"x", SINTER_F32, 1, keepingX, keepingXTexts}};
const sinter_tensor_info keepingOutputs[] = {{"sum", SINTER_F32, 0, nullptr, nullptr}};
const sinter_symbol keepingSymbols[] = {{"N", 0, 1000, SINTER_FROM_DIM, 0, 0, nullptr},
                                        {"P", 0, 100, SINTER_FROM_STATE, -1, 0, nullptr}};
const sinter_segment keepingSegments[] = {{planKeeping, runKeeping, kNumKeepingValues, kKeepingArena, "0"}};
const sinter_state keepingStates[] = {
    {{"past", SINTER_F32, 1, keepingPast, keepingPastTexts}, "present", 0, kKeepingRows, 100}};

constexpr sinter_program makeDouble() {
  return {
      .abi_version = SINTER_ABI_VERSION,
      .name = "double",
      .target = "x86-64",
      .features = noFeatures,
      .num_inputs = 1,
      .num_outputs = 1,
      .num_symbols = 1,
      .num_values = kNumDoubleValues,
      .num_checks = 0,
      .num_segments = 1,
      .num_launches = 2,
      .num_properties = 2,
      .num_states = 0,
      .inputs = doubleInputs,
      .outputs = doubleOutputs,
      .symbols = doubleSymbols,
      .checks = nullptr,
      .launches = doubleLaunches,
      .properties = doubleProperties,
      .segments = doubleSegments,
      .states = nullptr,
      .weight_bytes = sizeof(weights),
      .weights = weights,
  };
}

constexpr sinter_program makeWrongAbi() {
  sinter_program program = makeDouble();
  program.abi_version = 99;
  return program;
}

constexpr sinter_program makeFeature() {
  sinter_program program = makeDouble();
  program.features = impossibleFeatures;
  return program;
}

constexpr sinter_program makeHuge() {
  sinter_program program = makeDouble();
  program.segments = hugeSegments;
  return program;
}
} // namespace

constinit const sinter_program doubleProgram = makeDouble();
constinit const sinter_program featureProgram = makeFeature();
constinit const sinter_program wrongAbiProgram = makeWrongAbi();
constinit const sinter_program hugeProgram = makeHuge();

const sinter_program paddedProgram = {
    .abi_version = SINTER_ABI_VERSION,
    .name = "padded",
    .target = "x86-64",
    .features = noFeatures,
    .num_inputs = 2,
    .num_outputs = 2,
    .num_symbols = 3,
    .num_values = kNumPaddedValues,
    .num_checks = 1,
    .num_segments = 1,
    .num_launches = 2,
    .num_properties = 0,
    .num_states = 0,
    .inputs = paddedInputs,
    .outputs = paddedOutputs,
    .symbols = paddedSymbols,
    .checks = paddedChecks,
    .launches = paddedLaunches,
    .properties = nullptr,
    .segments = paddedSegments,
    .states = nullptr,
    .weight_bytes = 0,
    .weights = weights,
};

const sinter_program agreeingProgram = {
    .abi_version = SINTER_ABI_VERSION,
    .name = "agreeing",
    .target = "x86-64",
    .features = noFeatures,
    .num_inputs = 3,
    .num_outputs = 1,
    .num_symbols = 2,
    .num_values = kNumAgreeingValues,
    .num_checks = 0,
    .num_segments = 1,
    .num_launches = 0,
    .num_properties = 0,
    .num_states = 0,
    .inputs = agreeingInputs,
    .outputs = agreeingOutputs,
    .symbols = agreeingSymbols,
    .checks = nullptr,
    .launches = nullptr,
    .properties = nullptr,
    .segments = agreeingSegments,
    .states = nullptr,
    .weight_bytes = 0,
    .weights = weights,
};

const sinter_program positiveProgram = {
    .abi_version = SINTER_ABI_VERSION,
    .name = "positive",
    .target = "x86-64",
    .features = noFeatures,
    .num_inputs = 1,
    .num_outputs = 2,
    .num_symbols = 2,
    .num_values = kNumPositiveValues,
    .num_checks = 1,
    .num_segments = 2,
    .num_launches = 3,
    .num_properties = 0,
    .num_states = 0,
    .inputs = positiveInputs,
    .outputs = positiveOutputs,
    .symbols = positiveSymbols,
    .checks = positiveChecks,
    .launches = positiveLaunches,
    .properties = nullptr,
    .segments = positiveSegments,
    .states = nullptr,
    .weight_bytes = 0,
    .weights = weights,
};

const sinter_program keepingProgram = {
    .abi_version = SINTER_ABI_VERSION,
    .name = "keeping",
    .target = "x86-64",
    .features = noFeatures,
    .num_inputs = 1,
    .num_outputs = 1,
    .num_symbols = 2,
    .num_values = kNumKeepingValues,
    .num_checks = 0,
    .num_segments = 1,
    .num_launches = 0,
    .num_properties = 0,
    .num_states = 1,
    .inputs = keepingInputs,
    .outputs = keepingOutputs,
    .symbols = keepingSymbols,
    .checks = nullptr,
    .launches = nullptr,
    .properties = nullptr,
    .segments = keepingSegments,
    .states = keepingStates,
    .weight_bytes = 0,
    .weights = weights,
};

#ifdef SINTER_TEST_EXECUTABLE
constinit const sinter_program sinter_program_main = makeDouble();
#endif

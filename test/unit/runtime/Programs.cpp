// Kernels, plans and tables of the test programs. Compiled twice: for the unit tests, and with the flags of the runtime
// into the executable of ExecutableTest, where doubleProgram is the one program.
#include "Programs.h"

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
  void *first[] = {frame->inputs[0], frame->arena}, *second[] = {frame->arena, frame->outputs[0]};
  int64_t count = frame->values[kCount];
  sinter_args firstArgs = {first, nullptr}, secondArgs = {second, &count};
  sinter_rt_launch(frame, 0, doubleRow, &firstArgs, frame->values[kN], 0);
  sinter_rt_launch(frame, 1, copyAll, &secondArgs, count ? 1 : 0, 0);
}

const int32_t rowsOfThree[] = {kN, kThree};
const char *const rowsOfThreeTexts[] = {"N", "3"};
const sinter_tensor_info doubleInputs[] = {{"x", SINTER_F32, 2, rowsOfThree, rowsOfThreeTexts}};
const sinter_tensor_info doubleOutputs[] = {{"y", SINTER_F32, 2, rowsOfThree, rowsOfThreeTexts}};
const sinter_symbol doubleSymbols[] = {{"N", 0, 1000000, SINTER_FROM_DIM, 0, 0}};
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
  void *first[] = {frame->inputs[0], frame->outputs[0], frame->arena}, *second[] = {frame->arena, frame->outputs[1]};
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
const sinter_symbol paddedSymbols[] = {{"B", 1, 64, SINTER_FROM_DIM, 0, 0},
                                       {"S", 0, 1024, SINTER_FROM_DIM, 0, 1},
                                       {"u0", 0, 16, SINTER_FROM_ELEMENT, 1, 0}};
const sinter_check paddedChecks[] = {{kU0, kS, 1, "Pad node: u0 <= S"}};
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
const sinter_symbol agreeingSymbols[] = {{"M", 1, INT64_MAX, SINTER_FROM_DIM, 0, 0},
                                         {"K", 3, 3, SINTER_FROM_DIM, 0, 1}};

int32_t planHuge(int64_t *values) {
  planDouble(values);
  values[kDoubleArena] = int64_t{1} << 60;
  return 0;
}

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
      .num_launches = 2,
      .num_properties = 2,
      .inputs = doubleInputs,
      .outputs = doubleOutputs,
      .symbols = doubleSymbols,
      .checks = nullptr,
      .launches = doubleLaunches,
      .properties = doubleProperties,
      .arena_bytes = kDoubleArena,
      .arena_text = "12*N",
      .weight_bytes = sizeof(weights),
      .weights = weights,
      .plan = planDouble,
      .run = runDouble,
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
  program.plan = planHuge;
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
    .num_launches = 2,
    .num_properties = 0,
    .inputs = paddedInputs,
    .outputs = paddedOutputs,
    .symbols = paddedSymbols,
    .checks = paddedChecks,
    .launches = paddedLaunches,
    .properties = nullptr,
    .arena_bytes = kPaddedArena,
    .arena_text = "4*B",
    .weight_bytes = 0,
    .weights = weights,
    .plan = planPadded,
    .run = runPadded,
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
    .num_launches = 0,
    .num_properties = 0,
    .inputs = agreeingInputs,
    .outputs = agreeingOutputs,
    .symbols = agreeingSymbols,
    .checks = nullptr,
    .launches = nullptr,
    .properties = nullptr,
    .arena_bytes = kZero,
    .arena_text = "0",
    .weight_bytes = 0,
    .weights = weights,
    .plan = planAgreeing,
    .run = [](sinter_frame *) {},
};

#ifdef SINTER_TEST_EXECUTABLE
constinit const sinter_program sinter_program_main = makeDouble();
#endif

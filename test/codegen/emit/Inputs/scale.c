// The smallest complete program table: y[B, 8] = x[B, 8] * w[8], as codegen/host would emit it, in C.
#include "runtime/abi.h"
#include <stdint.h>

extern const unsigned char sinter_weights[] __attribute__((visibility("hidden")));

enum { B, WIDTH, ZERO, ARENA, NUM_VALUES };

static void scale(const struct sinter_args *args, int64_t task, void *scratch) {
  const float *x = args->buffers[0], *w = args->buffers[1];
  float *y = args->buffers[2];
  for (int i = 0; i < 8; ++i)
    y[task * 8 + i] = x[task * 8 + i] * w[i];
}

static int32_t plan(int64_t *values) {
  values[WIDTH] = 8;
  values[ZERO] = 0;
  values[ARENA] = 64;
  return 0;
}

static void run(struct sinter_frame *frame) {
  void *buffers[] = {frame->inputs[0], (void *)frame->weights, frame->outputs[0]};
  struct sinter_args args = {buffers, &frame->values[B]};
  sinter_rt_launch(frame, 0, scale, &args, frame->values[B], 0);
}

static const int32_t dims[] = {B, WIDTH};
static const char *const texts[] = {"B", "8"};
static const struct sinter_tensor_info input = {"x", SINTER_F32, 2, dims, texts}, output = {"y", SINTER_F32, 2, dims, texts};
static const struct sinter_symbol symbols[] = {{"B", 0, 1 << 20, SINTER_FROM_DIM, 0, 0, 0}};
static const struct sinter_segment segments[] = {{plan, run, NUM_VALUES, ARENA, "64"}};
static const struct sinter_launch_info launches[] = {{"k0_map", "scale", -1, -1}};
static const char *const features[] = {"avx2", "fma", 0};

const struct sinter_program sinter_program_main = {
    .abi_version = SINTER_ABI_VERSION,
    .name = "scale",
    .target = "x86-64-v3",
    .features = features,
    .num_inputs = 1,
    .num_outputs = 1,
    .num_symbols = 1,
    .num_values = NUM_VALUES,
    .num_segments = 1,
    .num_launches = 1,
    .inputs = &input,
    .outputs = &output,
    .symbols = symbols,
    .launches = launches,
    .segments = segments,
    .weight_bytes = 32,
    .weights = sinter_weights,
};

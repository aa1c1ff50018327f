// Binding and running.
#include "runtime/core/Inference.h"

using namespace sinter::rt;

namespace {
bool checkTensorInfo(const char *what, const sinter_tensor_info &info, Error &error) {
  if (info.rank < 0 || info.rank > kMaxRank)
    return error.fail("%s %s: expected rank 0..%d, got %d", what, info.name, kMaxRank, info.rank);
  return dtypeInfo(info.dtype) ||
         error.fail("%s %s: expected %s, got %s", what, info.name, dtypeNames(), dtypeName(info.dtype));
}
} // namespace

bool sinter::rt::checkProgram(const sinter_program &program, Error &error) {
  if (program.abi_version != SINTER_ABI_VERSION)
    return error.fail("program %s: expected ABI version %d, got %u", program.name, SINTER_ABI_VERSION,
                      program.abi_version);
  if (program.num_segments < 1)
    return error.fail("program %s: expected at least 1 segment, got %d", program.name, program.num_segments);
  for (int32_t k = 0; k < program.num_inputs; ++k)
    if (!checkTensorInfo("input", program.inputs[k], error))
      return false;
  for (int32_t k = 0; k < program.num_outputs; ++k)
    if (!checkTensorInfo("output", program.outputs[k], error))
      return false;
  for (int32_t k = 0; k < program.num_states; ++k)
    if (!checkTensorInfo("state", program.states[k].kept, error))
      return false;
  return true;
}

void sinter::rt::appendDimTexts(Text &text, const sinter_tensor_info &info) {
  text.appendChar('[');
  for (int32_t axis = 0; axis < info.rank; ++axis)
    text.append("%s%s", axis ? ", " : "", info.dim_texts[axis]);
  text.appendChar(']');
}

bool sinter::rt::checkInputType(const sinter_tensor_info &info, const Tensor &tensor, Error &error) {
  if (tensor.dtype != info.dtype)
    return error.fail("input %s: expected %s, got %s", info.name, dtypeName(info.dtype), dtypeName(tensor.dtype));
  if (tensor.rank == info.rank)
    return true;
  Text expected, got;
  appendDimTexts(expected, info);
  appendShape(got, tensor.dims, tensor.rank);
  return error.fail("input %s: expected rank %d %s, got rank %d %s", info.name, info.rank, expected.cString(),
                    tensor.rank, got.cString());
}

Inference::Inference(const sinter_program &program, int64_t memoryLimit)
    : program(program), memoryLimit(memoryLimit), sizes(program), kept(program), arenas(program.num_segments),
      outputs(program.num_outputs), outputSegments(program.num_outputs), inputPointers(program.num_inputs),
      outputPointers(program.num_outputs), arenaPointers(program.num_segments) {
  for (int32_t k = 0; k < program.num_outputs; ++k)
    for (int32_t axis = 0; axis < program.outputs[k].rank; ++axis)
      outputSegments[k] = larger(outputSegments[k], sizes.segmentOf(program.outputs[k].dims[axis]));
}

bool Inference::bind(const Tensor *inputs, Error &error) {
  if (hasRun)
    kept.keep(sizes);
  hasRun = false;
  for (int32_t k = 0; k < program.num_inputs; ++k)
    if (!checkInputType(program.inputs[k], inputs[k], error))
      return false;
  if (!sizes.bind(inputs, kept.rowCounts(), error) || !makeMemory(0, error))
    return false;
  for (int32_t k = 0; k < program.num_inputs; ++k)
    inputPointers[k] = inputs[k].data;
  return true;
}

/// Sets the dims of the outputs that `segment` knows, and compares everything up to it with the limit.
bool Inference::checkMemory(int32_t segment, Error &error) {
  int64_t total = sizes.arenasBytes(segment + 1);
  if (!kept.check(segment, sizes, total, error))
    return false;
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    const sinter_tensor_info &info = program.outputs[k];
    Tensor &output = outputs[k];
    if (outputSegments[k] > segment)
      continue;
    output.dtype = info.dtype;
    output.rank = info.rank;
    for (int32_t axis = 0; axis < info.rank; ++axis)
      output.dims[axis] = sizes[info.dims[axis]];
    int64_t bytes;
    if (!countBytes(output.dims, output.rank, dtypeInfo(info.dtype)->size, bytes) ||
        __builtin_add_overflow(total, bytes, &total))
      return error.fail("output %s: expected a size below 2^63 bytes, got an overflow", info.name);
  }
  if (total <= memoryLimit)
    return true;
  Text symbols, parts;
  sizes.appendSymbols(symbols, segment + 1);
  for (int32_t k = 0; k <= segment; ++k)
    parts.append("%s%lld = %s, ", k ? "" : "arena ", static_cast<long long>(sizes.arenaBytes(k)),
                 program.segments[k].arena_text);
  return error.fail("memory: expected at most %lld bytes (what this machine or cgroup has), got %lld: %s%soutputs%s%s",
                    static_cast<long long>(memoryLimit), static_cast<long long>(total), parts.cString(),
                    program.num_states ? "states and " : "and ", symbols.size() ? ", for " : "", symbols.cString());
}

bool Inference::makeMemory(int32_t segment, Error &error) {
  if (!checkMemory(segment, error))
    return false;
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    Tensor &output = outputs[k];
    if (outputSegments[k] != segment ||
        (output.memory.data() && static_cast<int64_t>(output.memory.size()) == output.bytes()))
      continue;
    if (!output.allocate(error))
      return error.prefix("output %s", program.outputs[k].name);
    outputPointers[k] = output.data;
  }
  if (!arenas[segment].reserve(sizes.arenaBytes(segment), error))
    return error.prefix("arena");
  if (!kept.makeRoom(segment, sizes, error))
    return false;
  arenaPointers[segment] = arenas[segment].data();
  return true;
}

bool Inference::run(ThreadPool &pool, Profile *profile, Error &error) {
  sinter_executor executor = {&pool, profile, false, {}};
  sinter_frame frame = {sizes.data(),         inputPointers.data(), outputPointers.data(),
                        arenaPointers.data(), program.weights,      &executor,
                        kept.pointers()};
  for (int32_t segment = 0; segment < program.num_segments && !executor.failed; ++segment) {
    if (segment && (!sizes.advance(segment, error) || !makeMemory(segment, error)))
      return false;
    program.segments[segment].run(&frame);
  }
  if (executor.failed)
    error = executor.error;
  hasRun = !executor.failed;
  return !executor.failed;
}

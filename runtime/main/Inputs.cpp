// Loading and seeding of inputs.
#include "runtime/main/Inputs.h"

#include "runtime/core/Inference.h"
#include "runtime/core/Random.h"
#include "runtime/io/JsonTensor.h"
#include "runtime/io/TensorFile.h"
#include <stdlib.h>

using namespace sinter::rt;

namespace {
constexpr int64_t kDefaultDim = 8;

bool loadArgument(const sinter_program &program, const InputArgument &argument, InputSet &inputs, Error &error) {
  const sinter_tensor_info &info = program.inputs[argument.input];
  Tensor &tensor = inputs.tensors[argument.input];
  if (!(argument.json ? readJsonTensor(argument.value, info.dtype, tensor, error)
                      : readTensorFile(argument.value, tensor, error)))
    return error.prefix("input %s", info.name);
  inputs.given[argument.input] = true;
  return checkInputType(info, tensor, error);
}

/// Reads --inputs; a name that was also given as an argument keeps the argument's tensor.
bool loadSet(const sinter_program &program, const char *path, InputSet &inputs, Error &error) {
  TensorSet set;
  Table<const char *> names(static_cast<size_t>(program.num_inputs));
  for (int32_t k = 0; k < program.num_inputs; ++k)
    names[k] = program.inputs[k].name;
  if (!set.open(path, "input", error) || !set.checkNames(names.data(), program.num_inputs, error))
    return false;
  for (int32_t k = 0; k < program.num_inputs; ++k) {
    bool found = false;
    if (inputs.given[k])
      continue;
    if (!set.read(names[k], k, inputs.tensors[k], found, error))
      return false;
    if (found && !checkInputType(program.inputs[k], inputs.tensors[k], error))
      return false;
    inputs.given[k] = found;
  }
  return true;
}

/// Reads "2x3" (and "" for a scalar) into the dims of an input.
bool parseShape(const sinter_tensor_info &info, const char *text, int64_t *dims, Error &error) {
  int32_t rank = 0;
  const char *at = text;
  while (*at) {
    char *end;
    long long dim = strtoll(at, &end, 10);
    if (end == at || *at < '0' || *at > '9' || (*end && (*end != 'x' || !end[1])))
      return error.fail("--shape %s: expected AxB, got %s", info.name, text);
    if (rank < info.rank)
      dims[rank] = dim;
    ++rank;
    at = *end ? end + 1 : end;
  }
  if (rank == info.rank)
    return true;
  Text expected;
  appendDimTexts(expected, info);
  return error.fail("--shape %s: expected rank %d %s, got rank %d", info.name, info.rank, expected.cString(), rank);
}

const ShapeArgument *shapeOf(const Options &options, int32_t input) {
  for (const ShapeArgument &shape : options.shapes)
    if (shape.input == input)
      return &shape;
  return nullptr;
}

void fillSeeded(int32_t dtype, unsigned char *data, int64_t count, uint64_t seed) {
  Random random{mixBits(seed + 1)};
  bool real = dtypeInfo(dtype)->kind == NumberKind::Real;
  for (int64_t k = 0; k < count; ++k) {
    if (real) // the sum of four uniform numbers looks like a bell
      storeReal(dtype, data, k, (random.uniform() + random.uniform() + random.uniform() + random.uniform()) / 2 - 1);
    else
      storeInteger(dtype, data, k, static_cast<int64_t>(random.next() & 1));
  }
}
} // namespace

bool sinter::rt::loadInputs(const sinter_program &program, const Options &options, int32_t run, InputSet &inputs,
                            Error &error) {
  for (const InputArgument &argument : options.inputs)
    if (argument.run == run && !loadArgument(program, argument, inputs, error))
      return false;
  for (const InputsArgument &set : options.inputSets)
    if (set.run == run && !loadSet(program, set.path, inputs, error))
      return false;
  return true;
}

bool sinter::rt::requireAllInputs(const sinter_program &program, const InputSet &inputs, Error &error) {
  for (int32_t k = 0; k < program.num_inputs; ++k) {
    if (inputs.given[k])
      continue;
    Text names;
    appendInputNames(names, program);
    return error.fail("input %s: expected %s=FILE, got nothing; inputs are: %s", program.inputs[k].name,
                      program.inputs[k].name, names.cString());
  }
  return true;
}

bool sinter::rt::chooseSymbols(const sinter_program &program, const Options &options, const InputSet &inputs,
                               int64_t *symbols, Error &error) {
  for (int32_t k = 0; k < program.num_symbols; ++k) {
    const sinter_symbol &symbol = program.symbols[k];
    if (symbol.source == SINTER_FROM_VALUE)
      continue;
    symbols[k] = larger(symbol.lo, smaller(symbol.hi, kDefaultDim));
    if (symbol.source == SINTER_FROM_STATE) {
      symbols[k] = options.past >= 0 ? options.past : symbols[k];
      continue;
    }
    const Tensor &input = inputs.tensors[symbol.input];
    const ShapeArgument *shape = shapeOf(options, symbol.input);
    if (symbol.source == SINTER_FROM_ELEMENT) {
      if (inputs.given[symbol.input] && symbol.position < input.elements())
        symbols[k] = loadInteger(input.dtype, input.data, symbol.position);
    } else if (inputs.given[symbol.input]) {
      symbols[k] = input.dims[symbol.position];
    } else if (shape) {
      int64_t dims[kMaxRank];
      if (!parseShape(program.inputs[symbol.input], shape->value, dims, error))
        return false;
      symbols[k] = dims[symbol.position];
    }
  }
  return true;
}

bool sinter::rt::makeMissingInputs(const sinter_program &program, const Options &options, const Values &values,
                                   InputSet &inputs, Error &error) {
  for (int32_t k = 0; k < program.num_inputs; ++k) {
    const sinter_tensor_info &info = program.inputs[k];
    Tensor &tensor = inputs.tensors[k];
    if (inputs.given[k])
      continue;
    tensor.dtype = info.dtype;
    tensor.rank = info.rank;
    for (int32_t axis = 0; axis < info.rank; ++axis)
      tensor.dims[axis] = values[info.dims[axis]];
    const ShapeArgument *shape = shapeOf(options, k);
    if (shape && !parseShape(info, shape->value, tensor.dims, error))
      return false;
    if (!tensor.allocate(error))
      return error.prefix("input %s", info.name);
    fillSeeded(tensor.dtype, tensor.data, tensor.elements(), static_cast<uint64_t>(k));
  }
  for (int32_t k = 0; k < program.num_symbols; ++k) {
    const sinter_symbol &symbol = program.symbols[k];
    if (symbol.source != SINTER_FROM_ELEMENT || inputs.given[symbol.input])
      continue;
    Tensor &tensor = inputs.tensors[symbol.input];
    if (symbol.position < tensor.elements())
      storeInteger(tensor.dtype, tensor.data, symbol.position, values[k]);
  }
  return true;
}

void sinter::rt::seedStates(const sinter_program &program, const Values &values, const States &states) {
  for (int32_t k = 0; k < program.num_states; ++k) {
    int32_t dtype = program.states[k].kept.dtype;
    fillSeeded(dtype, states.pointers()[k], states.keptBytes(k, values) / dtypeInfo(dtype)->size,
               static_cast<uint64_t>(program.num_inputs + k));
  }
}

// The description of a model as a text or as JSON.
#include "runtime/main/Info.h"

#include "runtime/core/Inference.h"
#include "runtime/main/JsonWriter.h"
#include <stdio.h>

using namespace sinter::rt;

namespace {
/// Launches share kernels: equal layers are compiled once.
int32_t countKernels(const sinter_program &program) {
  int32_t count = 0;
  for (int32_t k = 0; k < program.num_launches; ++k) {
    bool seen = false;
    for (int32_t n = 0; n < k && !seen; ++n)
      seen = !strcmp(program.launches[n].kernel, program.launches[k].kernel);
    count += !seen;
  }
  return count;
}

void printTensors(const char *title, const sinter_tensor_info *tensors, int32_t count) {
  for (int32_t k = 0; k < count; ++k) {
    Text dims;
    appendDimTexts(dims, tensors[k]);
    printf("%-9s %s  %s %s\n", k ? "" : title, tensors[k].name, dtypeName(tensors[k].dtype), dims.cString());
  }
}

void printStates(const sinter_program &program) {
  for (int32_t k = 0; k < program.num_states; ++k) {
    const sinter_state &state = program.states[k];
    Text dims;
    appendDimTexts(dims, state.kept);
    printf("%-9s %s -> %s  %s %s, grows along axis %d", k ? "" : "states", state.kept.name, state.output,
           dtypeName(state.kept.dtype), dims.cString(), state.axis);
    if (state.capacity < INT64_MAX)
      printf(", at most %lld", static_cast<long long>(state.capacity));
    printf("\n");
  }
}

void printSymbols(const sinter_program &program) {
  for (int32_t k = 0; k < program.num_symbols; ++k) {
    const sinter_symbol &symbol = program.symbols[k];
    printf("%-9s %s  ", k ? "" : "dims", symbol.name);
    if (symbol.hi == INT64_MAX)
      printf("at least %lld", static_cast<long long>(symbol.lo));
    else
      printf("%lld..%lld", static_cast<long long>(symbol.lo), static_cast<long long>(symbol.hi));
    if (symbol.source == SINTER_FROM_VALUE) {
      printf(", computed by %s\n", symbol.node);
      continue;
    }
    if (symbol.source == SINTER_FROM_STATE) {
      printf(", kept by state %s\n", program.states[symbol.position].kept.name);
      continue;
    }
    printf(", %s %d of input %s\n", symbol.source == SINTER_FROM_DIM ? "axis" : "element", symbol.position,
           program.inputs[symbol.input].name);
  }
}

constexpr const char *kNeedsRun = "depends on computed sizes";

/// A line per segment.
void printArenas(const sinter_program &program, const Values *values, const char *noPlan) {
  for (int32_t k = 0; k < program.num_segments; ++k) {
    const char *formula = program.segments[k].arena_text;
    printf("%-9s ", k ? "" : "arena");
    if (!values || k >= values->numPlanned()) {
      printf("%s (bytes not known: %s)\n", formula, values ? kNeedsRun : noPlan);
      continue;
    }
    Text symbols;
    values->appendSymbols(symbols);
    printf("%lld bytes = %s%s%s\n", static_cast<long long>(values->arenaBytes(k)), formula,
           symbols.size() ? ", for " : "", symbols.cString());
  }
}

void printText(const sinter_program &program, const Values *values, const char *noPlan) {
  printf("%-9s %s\n%-9s %s", "model", program.name, "target", program.target);
  for (const char *const *feature = program.features; feature && *feature; ++feature)
    printf("%s %s", feature == program.features ? "; needs" : "", *feature);
  printf("\n");
  printTensors("inputs", program.inputs, program.num_inputs);
  printTensors("outputs", program.outputs, program.num_outputs);
  printStates(program);
  printSymbols(program);
  printArenas(program, values, noPlan);
  printf("%-9s %lld bytes\n%-9s %d of %d kernels\n", "weights", static_cast<long long>(program.weight_bytes),
         "launches", program.num_launches, countKernels(program));
  for (int32_t k = 0; k < program.num_properties; ++k)
    printf("%-9s %s\n", program.properties[k].key, program.properties[k].value);
}

bool isShapeKnown(const Values &values, const sinter_tensor_info &info) {
  bool known = true;
  for (int32_t axis = 0; axis < info.rank; ++axis)
    known &= values.isKnown(info.dims[axis]);
  return known;
}

/// Fields of an open object.
void writeTensor(JsonWriter &json, const sinter_tensor_info &info, const Values *values) {
  json.field("name", info.name);
  json.field("dtype", dtypeName(info.dtype));
  json.key("dims");
  json.beginArray();
  for (int32_t axis = 0; axis < info.rank; ++axis)
    json.string(info.dim_texts[axis]);
  json.endArray();
  if (values && isShapeKnown(*values, info)) {
    json.key("shape");
    json.beginArray();
    for (int32_t axis = 0; axis < info.rank; ++axis)
      json.integer((*values)[info.dims[axis]]);
    json.endArray();
  }
}

void writeTensors(JsonWriter &json, const char *title, const sinter_tensor_info *tensors, int32_t count,
                  const Values *values) {
  json.key(title);
  json.beginArray();
  for (int32_t k = 0; k < count; ++k) {
    json.beginObject();
    writeTensor(json, tensors[k], values);
    json.endObject();
  }
  json.endArray();
}

void writeStates(JsonWriter &json, const sinter_program &program, const Values *values) {
  json.key("states");
  json.beginArray();
  for (int32_t k = 0; k < program.num_states; ++k) {
    const sinter_state &state = program.states[k];
    json.beginObject();
    writeTensor(json, state.kept, values);
    json.field("output", state.output);
    json.field("axis", state.axis);
    if (state.capacity < INT64_MAX)
      json.field("capacity", state.capacity);
    json.endObject();
  }
  json.endArray();
}

void writeSymbols(JsonWriter &json, const sinter_program &program, const Values *values) {
  json.key("dims");
  json.beginArray();
  for (int32_t k = 0; k < program.num_symbols; ++k) {
    const sinter_symbol &symbol = program.symbols[k];
    json.beginObject();
    json.field("name", symbol.name);
    json.field("lo", symbol.lo);
    if (symbol.hi != INT64_MAX)
      json.field("hi", symbol.hi);
    if (symbol.source == SINTER_FROM_VALUE) {
      json.field("node", symbol.node);
    } else if (symbol.source == SINTER_FROM_STATE) {
      json.field("state", program.states[symbol.position].kept.name);
    } else {
      json.field("input", program.inputs[symbol.input].name);
      json.field(symbol.source == SINTER_FROM_DIM ? "axis" : "element", symbol.position);
    }
    if (values && values->isKnown(k))
      json.field("value", (*values)[k]);
    json.endObject();
  }
  json.endArray();
}

void writeLaunches(JsonWriter &json, const sinter_program &program, const Values *values) {
  json.key("launches");
  json.beginArray();
  for (int32_t k = 0; k < program.num_launches; ++k) {
    const sinter_launch_info &info = program.launches[k];
    json.beginObject();
    json.field("kernel", info.kernel);
    json.field("nodes", info.nodes);
    if (values && info.flops >= 0 && values->isKnown(info.flops))
      json.field("flops", (*values)[info.flops]);
    if (values && info.bytes >= 0 && values->isKnown(info.bytes))
      json.field("bytes", (*values)[info.bytes]);
    json.endObject();
  }
  json.endArray();
}

/// The arenas together, and each if there are several.
void writeArenas(JsonWriter &json, const sinter_program &program, const Values *values, const char *noPlan) {
  Text formula;
  for (int32_t k = 0; k < program.num_segments; ++k)
    formula.append("%s%s", k ? " + " : "", program.segments[k].arena_text);
  json.field("arena_formula", formula.cString());
  if (values && values->numPlanned() == program.num_segments)
    json.field("arena_bytes", values->arenasBytes(program.num_segments));
  else
    json.field("arena_error", values ? kNeedsRun : noPlan);
  if (program.num_segments == 1)
    return;
  json.key("arenas");
  json.beginArray();
  for (int32_t k = 0; k < program.num_segments; ++k) {
    json.beginObject();
    json.field("formula", program.segments[k].arena_text);
    if (values && k < values->numPlanned())
      json.field("bytes", values->arenaBytes(k));
    json.endObject();
  }
  json.endArray();
}

void printJson(const sinter_program &program, const Values *values, const char *noPlan) {
  JsonWriter json;
  json.beginObject();
  json.field("name", program.name);
  json.field("target", program.target);
  json.key("features");
  json.beginArray();
  for (const char *const *feature = program.features; feature && *feature; ++feature)
    json.string(*feature);
  json.endArray();
  writeTensors(json, "inputs", program.inputs, program.num_inputs, values);
  writeTensors(json, "outputs", program.outputs, program.num_outputs, values);
  writeStates(json, program, values);
  writeSymbols(json, program, values);
  writeArenas(json, program, values, noPlan);
  json.field("weight_bytes", program.weight_bytes);
  writeLaunches(json, program, values);
  json.field("kernels", countKernels(program));
  json.key("properties");
  json.beginObject();
  for (int32_t k = 0; k < program.num_properties; ++k)
    json.field(program.properties[k].key, program.properties[k].value);
  json.endObject();
  json.endObject();
  json.print();
}
} // namespace

void sinter::rt::printInfo(const sinter_program &program, const Values *values, const char *noPlan, bool json) {
  if (json)
    printJson(program, values, noPlan);
  else
    printText(program, values, noPlan);
}

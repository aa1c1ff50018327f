// What --profile prints and writes.
#pragma once
#include "runtime/core/Profile.h"
#include "runtime/core/Values.h"
#include "runtime/main/JsonWriter.h"

namespace sinter::rt {

/// A table of launches, the slowest first: time, share, calls, tasks, threads, GFLOP/s, GB/s, kernel, ONNX nodes.
void printProfile(const sinter_program &program, const Values &values, const Profile &profile, const ThreadPool &pool);

/// The same as an array "profile" in an open JSON object.
void writeProfile(JsonWriter &json, const sinter_program &program, const Values &values, const Profile &profile);

/// Writes a trace that chrome://tracing and Perfetto read: one event per call and one per thread that took part.
/// Source: "Trace Event Format", complete events.
bool writeTrace(const char *path, const sinter_program &program, const Profile &profile, Error &error);

} // namespace sinter::rt

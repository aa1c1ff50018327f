// See ResolveTarget.h. LLVM's X86TargetParser lists what a CPU's instructions are; MC's subtargets mix that with tuning
// flags.
#include "codegen/emit/objects/ResolveTarget.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;
using namespace sinter;

static Error failure(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

Expected<TargetInfo> sinter::resolveTarget(StringRef argument) {
  bool native = argument == "native";
  StringRef cpu = native ? sys::getHostCPUName() : argument;
  if (X86::parseArchX86(cpu, /*Only64Bit=*/true) == X86::CK_None) {
    if (!native)
      return failure("expected --target=native, x86-64-v3, x86-64-v4 or a name of an x86-64 CPU, got '" + argument +
                     "'");
    cpu = "x86-64-v3"; // a CPU newer than LLVM: its features decide below
  }
  SmallVector<StringRef> listed;
  X86::getFeaturesForCPU(cpu, listed);
  StringMap<bool> features;
  for (StringRef feature : listed) {
    features[feature] = true;
    X86::updateImpliedFeatures(feature, /*Enabled=*/true, features);
  }
  std::vector<std::string> available, removed;
  StringMap<bool> host = native ? sys::getHostCPUFeatures() : StringMap<bool>();
  for (const auto &[feature, enabled] : features) {
    auto entry = host.find(feature);
    bool hidden = entry != host.end() && !entry->second;
    (hidden ? removed : available).push_back(hidden ? "-" + feature.str() : feature.str());
  }
  llvm::sort(removed);
  std::string missing = missingBaseline(available);
  if (!missing.empty())
    return failure("expected a CPU with AVX2, FMA, F16C and BMI2, got '" + cpu + "', which lacks " + missing);
  TargetInfo target = describeTarget(cpu.str(), cpu.str(), available);
  target.features = join(removed, ",");
  return target;
}

// Look-up, and LLVM's cache of files behind it; see ObjectCache.h.
#include "codegen/emit/objects/ObjectCache.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/Caching.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace sinter;

static constexpr size_t hashBytes = 64; // as text

static std::string hashOf(ArrayRef<StringRef> parts) {
  BLAKE3 hash;
  for (StringRef part : parts) {
    uint64_t size = part.size(); // parts do not run into each other
    hash.update(ArrayRef(reinterpret_cast<const uint8_t *>(&size), sizeof size));
    hash.update(part);
  }
  return toHex(hash.final(), /*LowerCase=*/true);
}

/// The object of an entry, which stands behind its own hash; empty if the file was damaged.
static StringRef unsealed(StringRef entry) {
  StringRef object = entry.drop_front(std::min(entry.size(), hashBytes));
  return entry.take_front(hashBytes) == hashOf(object) ? object : StringRef();
}

Expected<ObjectCache> ObjectCache::open(StringRef folder, const TargetInfo &target) {
  std::error_code code = sys::fs::create_directories(folder);
  if (!code && !sys::fs::is_directory(folder))
    code = std::make_error_code(std::errc::not_a_directory);
  if (code)
    return createStringError(code, "cannot make the cache folder " + folder + ": " + code.message());
  ErrorOr<std::unique_ptr<MemoryBuffer>> self = MemoryBuffer::getFile("/proc/self/exe");
  if (!self)
    return createStringError(self.getError(), "cannot read the compiler's own file: " + self.getError().message());
  ObjectCache cache(target);
  cache.folder = folder.str();
  cache.compiler = hashOf((*self)->getBuffer());
  return cache;
}

std::string ObjectCache::keyOf(const ModuleProducer &item) const {
  std::string source;
  raw_string_ostream stream(source);
  item.printSource(stream);
  return hashOf({compiler, target.name, target.cpu, target.features, source});
}

Expected<CompiledModules> ObjectCache::compile(ArrayRef<ModuleProducer> items, const CompileOptions &options,
                                               size_t &found) {
  assert(options.form == OutputForm::Object && "only objects are kept");
  std::vector<std::string> objects(items.size());
  auto read = [&](unsigned item, const Twine &, std::unique_ptr<MemoryBuffer> file) {
    objects[item] = unsealed(file->getBuffer()).str();
  };
  Expected<FileCache> files = localCache("sinter", "sinter", folder, read);
  if (!files)
    return files.takeError();
  std::vector<AddStreamFn> writers(items.size());
  std::vector<ModuleProducer> missing;
  std::vector<size_t> places;
  for (auto [i, item] : enumerate(items)) {
    if (item.printSource) {
      std::string key = keyOf(item);
      for (bool again = true; again;) {
        Expected<AddStreamFn> writer = (*files)(i, key, item.name);
        if (!writer)
          return writer.takeError();
        writers[i] = std::move(*writer);
        bool isDamaged = !writers[i] && objects[i].empty();
        again = isDamaged && !sys::fs::remove(folder + "/llvmcache-" + key);
      }
      if (!objects[i].empty())
        continue;
    }
    missing.push_back(item);
    places.push_back(i);
  }
  found = items.size() - missing.size();
  Expected<CompiledModules> compiled = compileModules(missing, target, options);
  if (!compiled)
    return compiled;
  for (auto [place, object] : zip(places, compiled->outputs)) {
    objects[place] = object;
    if (!writers[place])
      continue;
    Expected<std::unique_ptr<CachedFileStream>> file = writers[place](place, items[place].name);
    if (!file)
      return file.takeError();
    *(*file)->OS << hashOf(StringRef(object)) << object;
    if (Error error = (*file)->commit())
      return error;
  }
  compiled->outputs = std::move(objects);
  CachePruningPolicy policy;
  policy.MaxSizeBytes = uint64_t(1) << 30;
  pruneCache(folder, policy);
  return compiled;
}

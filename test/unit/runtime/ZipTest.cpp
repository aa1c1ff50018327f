// ZIP archives: numpy's, our own, zip64, and damaged ones.
#include "runtime/io/Zip.h"
#include "Tensors.h"
#include "runtime/host/File.h"
#include "runtime/io/Crc32.h"
#include "runtime/io/Npy.h"
#include "runtime/io/TensorFile.h"
#include "runtime/io/ZipWriter.h"

#include <cstdlib>
#include <unistd.h>
#include <zlib.h>

using namespace sinter::rt;

namespace {
constexpr char kNumpyArchive[] =
#include "NumpyArchive.inc"
    ;

std::string numpyArchive() {
  std::string bytes, hex = kNumpyArchive;
  for (size_t k = 0; k < hex.size(); k += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(k, 2), nullptr, 16));
  return bytes;
}

std::string number(uint64_t value, int size) {
  std::string text;
  for (int k = 0; k < size; ++k)
    text += static_cast<char>(value >> (8 * k));
  return text;
}

std::string deflated(const std::string &content) {
  std::string out(content.size() + 1000, 0);
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<unsigned char *>(const_cast<char *>(content.data()));
  stream.avail_in = static_cast<unsigned>(content.size());
  stream.next_out = reinterpret_cast<unsigned char *>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One member as a zip64 archive, every size and offset in the 64-bit fields, or as a plain one.
struct Recipe {
  std::string content = "hello, hello, hello";
  bool zip64 = false;
  int method = 8, flags = 0;
  uint64_t claimedSize = ~uint64_t{0}; // instead of the content's
  uint32_t crcMask = 0;
};

std::string archiveOf(const Recipe &recipe) {
  std::string packed = recipe.method == 8 ? deflated(recipe.content) : recipe.content, name = "m.npy";
  uint64_t size = ~recipe.claimedSize ? recipe.claimedSize : recipe.content.size(), full = 0xffffffff;
  bool wide = recipe.zip64;
  std::string common = number(45, 2) + number(recipe.flags, 2) + number(recipe.method, 2) + number(0, 4) +
                       number(crc32(0, bytesOf(recipe.content)) ^ recipe.crcMask, 4) +
                       number(wide ? full : packed.size(), 4) + number(wide ? full : size, 4) + number(5, 2);
  std::string other = number(0x7777, 2) + number(3, 2) + "abc"; // a field of another kind comes first
  std::string extra =
      wide ? other + number(1, 2) + number(24, 2) + number(size, 8) + number(packed.size(), 8) + number(0, 8) : "";
  std::string local = number(0x04034b50, 4) + common + number(0, 2) + name + packed;
  std::string directory = number(0x02014b50, 4) + number(45, 2) + common + number(extra.size(), 2) +
                          std::string(10, 0) + number(wide ? full : 0, 4) + name + extra;
  std::string end64 = number(0x06064b50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) +
                      number(1, 8) + number(1, 8) + number(directory.size(), 8) + number(local.size(), 8);
  std::string locator =
      number(0x07064b50, 4) + number(0, 4) + number(local.size() + directory.size(), 8) + number(1, 4);
  std::string end = number(0x06054b50, 4) + number(0, 4) + number(wide ? 0xffff : 1, 2) + number(wide ? 0xffff : 1, 2) +
                    number(wide ? full : directory.size(), 4) + number(wide ? full : local.size(), 4) + number(3, 2) +
                    "end";
  return local + directory + (wide ? end64 + locator : "") + end;
}

/// The content of member `k`, or "error: ...".
std::string readMember(const std::string &bytes, size_t k = 0) {
  ZipArchive archive;
  Memory content;
  Error error;
  if (!archive.open(bytesOf(bytes), error) || k >= archive.size() || !archive.read(archive[k], content, error))
    return std::string("error: ") + error.text();
  return {reinterpret_cast<char *>(content.data()), content.size()};
}
} // namespace

TEST(Crc32, KnownValueInAnyPieces) {
  std::string text = "123456789";
  EXPECT_EQ(crc32(0, bytesOf(text)), 0xcbf43926u);
  EXPECT_EQ(crc32(crc32(0, bytesOf(text.substr(0, 4))), bytesOf(text.substr(4))), 0xcbf43926u);
  EXPECT_EQ(crc32(0, {}), 0u);
}

TEST(Zip, ReadsNumpysCompressedArchive) {
  std::string bytes = numpyArchive(), x = readMember(bytes, 0), ids = readMember(bytes, 1);
  Tensor tensor;
  Error error;
  ASSERT_TRUE(readNpy(bytesOf(x), nullptr, tensor, error)) << error.text();
  EXPECT_EQ(shapeOf(tensor), (std::vector<int64_t>{40, 50}));
  EXPECT_EQ(loadReal(SINTER_F32, tensor.data, 1999), 49);
  ASSERT_TRUE(readNpy(bytesOf(ids), nullptr, tensor, error)) << error.text();
  EXPECT_EQ(valuesOf(tensor), (std::vector<double>{1, 2, 3, 4}));
}

TEST(Zip, ReadsPlainAndZip64StoredAndDeflated) {
  for (bool zip64 : {false, true})
    for (int method : {0, 8})
      EXPECT_EQ(readMember(archiveOf({.zip64 = zip64, .method = method})), "hello, hello, hello");
  EXPECT_EQ(readMember(archiveOf({.content = "", .method = 8})), "");
  std::string large(1000000, 'x');
  EXPECT_EQ(readMember(archiveOf({.content = large})), large);
}

TEST(Zip, RefusesDamagedMembers) {
  EXPECT_EQ(readMember(archiveOf({.crcMask = 1})), "error: expected checksum 09caa19e, got 09caa19f");
  EXPECT_EQ(readMember(archiveOf({.claimedSize = 10})), "error: expected 10 bytes of deflate data, got more");
  EXPECT_EQ(readMember(archiveOf({.claimedSize = 30})), "error: expected 30 bytes of deflate data, got fewer");
  EXPECT_EQ(readMember(archiveOf({.method = 0, .claimedSize = 30})),
            "error: expected a size that 19 packed bytes can have, got 30");
  EXPECT_EQ(readMember(archiveOf({.claimedSize = 1000000000})),
            "error: expected a size that 11 packed bytes can have, got 1000000000");
  EXPECT_EQ(readMember(archiveOf({.method = 14})), "error: expected a stored or deflated member, got method 14");
  EXPECT_EQ(readMember(archiveOf({.flags = 1})),
            "error: expected a stored or deflated member, got encryption or method 65535");
  EXPECT_EQ(readMember("PK"), "error: expected a .npz (ZIP) archive, got no end record");
}

TEST(Zip, NoTruncationAndNoFlippedBitCrashes) {
  for (const std::string &bytes : {numpyArchive(), archiveOf({.zip64 = true})})
    for (size_t k = 0; k < bytes.size(); ++k) {
      EXPECT_EQ(readMember(bytes.substr(0, k)).substr(0, 6), "error:");
      std::string flipped = bytes;
      flipped[k] = static_cast<char>(flipped[k] ^ (1 << k % 8));
      readMember(flipped);
    }
}

TEST(Zip, WriterAndReaderAgree) {
  std::string path = testing::TempDir() + "zip_test_" + std::to_string(getpid()) + ".npz";
  Error error;
  {
    OutputFile file;
    ASSERT_TRUE(file.open(path.c_str(), error)) << error.text();
    ZipWriter writer(file);
    EXPECT_TRUE(writer.add("a/b:0.npy", bytesOf("head"), bytesOf("body"), error));
    EXPECT_TRUE(writer.add("empty", {}, {}, error));
    EXPECT_FALSE(writer.add(std::string(70000, 'n').c_str(), {}, {}, error));
    EXPECT_TRUE(writer.finish(error) && file.commit(error)) << error.text();
  }
  Memory memory;
  ASSERT_TRUE(readFile(path.c_str(), memory, error));
  std::string bytes(reinterpret_cast<char *>(memory.data()), memory.size());
  EXPECT_EQ(readMember(bytes, 0), "headbody");
  EXPECT_EQ(readMember(bytes, 1), "");
  unlink(path.c_str());
}

TEST(TensorSet, FindsMembersByNameAndByPrefix) {
  std::string path = testing::TempDir() + "set_test_" + std::to_string(getpid()) + ".npz", bytes = numpyArchive();
  Error error;
  OutputFile file;
  ASSERT_TRUE(file.open(path.c_str(), error) && file.write(bytes.data(), bytes.size(), error) && file.commit(error));
  TensorSet set;
  ASSERT_TRUE(set.open(path.c_str(), "input", error)) << error.text();
  Tensor tensor;
  bool found;
  EXPECT_TRUE(set.read("a/b:0", 0, tensor, found, error));
  EXPECT_TRUE(found);
  EXPECT_TRUE(set.read("missing", 0, tensor, found, error));
  EXPECT_FALSE(found);
  const char *names[] = {"x"};
  EXPECT_FALSE(set.checkNames(names, 1, error));
  EXPECT_EQ(error.text(), path + ": unknown input a/b:0; inputs are: x");
  unlink(path.c_str());
}

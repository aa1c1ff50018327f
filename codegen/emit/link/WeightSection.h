// Gives the weights' placeholder section of a linked ELF file its real size.
//
// The section of Link.h moves to the page-aligned end of the file: its section header and the PT_LOAD segment that
// holds nothing else get a new file offset and size. Nothing lies behind it in memory, so no other address changes, and
// no link ever reads or writes the weights. A relocatable object has no segments; there the section header is all.
// Source: System V ABI, chapters 4 and 5.
#pragma once
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace sinter {
/// Makes room for `bytes` bytes in the ELF file at `path` and calls `write(file, offset)`, which writes them into the
/// open file from `offset` on. With 0 bytes the file stays as it is. Errors: a file without the placeholder, or what
/// the system says.
llvm::Error extendWeightSection(llvm::StringRef path, int64_t bytes,
                                llvm::function_ref<llvm::Error(int file, int64_t offset)> write);
} // namespace sinter

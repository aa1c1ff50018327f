// Stage 8, link: objects and the runtime to a position-independent executable, with LLD inside this process.
//
// No compiler driver, no C library and no linker of the machine is used: the folder lib/sinter/<triple> beside our own
// binary has the runtime, compiler-rt's builtins, zlib, and stubs of glibc's libraries that carry its oldest symbol
// versions. Nothing is left on disk but the output: LLD reads objects and the linker script from memory files.
//
// Weights. `weightsPlaceholder` defines `sinter_weights`, 8 bytes in a section of its own that the linker script puts
// last, in a segment of its own; WeightSection.h then moves that segment behind the end of the file and streams any
// size into it. The only symbol is the start of the section, so the small code model holds past 2 GB.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace sinter {
/// The symbol at the start of the weights, its section, and the alignment of both: a page.
inline constexpr llvm::StringLiteral weightsSymbol = "sinter_weights", weightsSection = ".sinter.weights";
inline constexpr int64_t weightsAlignment = 4096;

/// A module that defines the placeholder.
std::unique_ptr<llvm::Module> weightsPlaceholder(llvm::LLVMContext &context);

/// lib/sinter/x86_64-linux-gnu beside the folder of the running binary. Error: "expected the runtime in X, got no such
/// folder".
llvm::Expected<std::string> findRuntime();

/// Links objects (their bytes) and the runtime into an executable at `output`, which is replaced. Errors: LLD's
/// messages.
llvm::Error linkExecutable(llvm::ArrayRef<std::string> objects, llvm::StringRef runtime, llvm::StringRef output);
/// Merges objects into one relocatable object, without the runtime.
llvm::Error linkRelocatable(llvm::ArrayRef<std::string> objects, llvm::StringRef output);
} // namespace sinter

// Hand-written programs, as the compiler would emit them, for tests of the runtime without the compiler.
#pragma once
#include "runtime/abi.h"

/// y = 2 x for x: f32 [N, 3], N in 0..1000000, through the arena: launch 0 doubles a row per task into the arena,
/// launch 1 copies everything to y in one task. Weights: two bytes that nobody reads.
extern const sinter_program doubleProgram;

/// Two inputs with symbols, formulas and checks, and outputs whose names need encoding.
///   x: f32 [B, S], B in 1..64, S in 0..1024      n: i64 [1], its element is u0 in 0..16
///   "a/b:0": f32 [B, S + u0] = x padded with u0 columns of -1      sum: f32 [] = the sum of x over all tasks' rows
/// Checks: u0 <= S ("Pad node: u0 <= S").
extern const sinter_program paddedProgram;

/// Every intermediate of paddedProgram's kernels goes through scratch memory of this size per thread.
enum { kPaddedScratchBytes = 8192 };

/// Three inputs whose dims must agree: left: f32 [M, K], right: f32 [K, M + 1], flag: bool [2]; result: i64 [0].
extern const sinter_program agreeingProgram;

/// Two segments: y: f32 [u0] = the elements of x: f32 [N] above 0, in order; count: i64 [] = u0. Segment 0 counts them,
/// and its arena keeps the count; u0 must be at least 1. Segment 1 has their indices in its arena; its plan fails for
/// more than 4. Checks: u0 <= 6.
extern const sinter_program positiveProgram;

/// A state: past: f32 [P], at most 100 rows, goes on as present: f32 [P + N] = past with x: f32 [N] behind it; sum: f32
/// [] of all of it.
extern const sinter_program keepingProgram;

/// As doubleProgram, but it needs a feature that no CPU has, another ABI version, and an arena of 2^60 bytes.
extern const sinter_program featureProgram, wrongAbiProgram, hugeProgram;

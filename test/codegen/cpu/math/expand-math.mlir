// RUN: sinter-opt %s --sinter-expand-math --split-input-file | FileCheck %s

///----- f32: arithmetic of the operand's shape  IN: math.exp  OUT: math.fma, no call
// CHECK-LABEL: func.func @exp_vector_f32(
//   CHECK-NOT:   math.exp
//   CHECK-NOT:   call
//       CHECK:   math.fma {{.*}} : vector<8xf32>
//   CHECK-NOT:   vector.extract
func.func @exp_vector_f32(%x: vector<8xf32>) -> vector<8xf32> {
  %r = math.exp %x : vector<8xf32>
  return %r : vector<8xf32>
}

/// Scalars and vectors of higher rank take the same formula.
// CHECK-LABEL: func.func @exp_scalar_and_matrix(
//   CHECK-NOT:   math.exp
//       CHECK:   math.fma {{.*}} : f32
//       CHECK:   math.fma {{.*}} : vector<3x8xf32>
func.func @exp_scalar_and_matrix(%x: f32, %y: vector<3x8xf32>) -> (f32, vector<3x8xf32>) {
  %r = math.exp %x : f32
  %s = math.exp %y : vector<3x8xf32>
  return %r, %s : f32, vector<3x8xf32>
}

/// The slow reduction of large arguments runs only if a lane needs it.
// CHECK-LABEL: func.func @sin_reduces_large_arguments_apart(
//       CHECK:   %[[ANY:.*]] = vector.reduction <or>, %{{.*}} : vector<8xi1> into i1
//       CHECK:   scf.if %[[ANY]]
func.func @sin_reduces_large_arguments_apart(%x: vector<8xf32>) -> vector<8xf32> {
  %r = math.sin %x : vector<8xf32>
  return %r : vector<8xf32>
}

/// A square needs no logarithm.
// CHECK-LABEL: func.func @pow_two(
//  CHECK-SAME:   %[[X:.*]]: vector<8xf32>
//       CHECK:   %[[R:.*]] = arith.mulf %[[X]], %[[X]]
//       CHECK:   return %[[R]]
func.func @pow_two(%x: vector<8xf32>) -> vector<8xf32> {
  %two = arith.constant dense<2.0> : vector<8xf32>
  %r = math.powf %x, %two : vector<8xf32>
  return %r : vector<8xf32>
}

// -----

///----- f64: one call of the C library per lane  IN: math.exp on f64  OUT: llvm.call @exp
// CHECK-DAG: llvm.func @exp(f64) -> f64 attributes {{.*}}no_unwind
// CHECK-DAG: llvm.func @pow(f64, f64) -> f64
// CHECK-LABEL: func.func @f64_calls_libm(
// CHECK-COUNT-2: llvm.call @exp(
//     CHECK-NOT: llvm.call @exp(
//         CHECK: vector.from_elements {{.*}} : vector<2xf64>
//         CHECK: llvm.call @pow(
func.func @f64_calls_libm(%x: vector<2xf64>, %y: f64) -> (vector<2xf64>, f64) {
  %r = math.exp %x : vector<2xf64>
  %s = math.powf %y, %y : f64
  return %r, %s : vector<2xf64>, f64
}

// -----

///----- f16, bf16: through f32  IN: math.tanh on f16  OUT: extf, f32 formula, truncf
// CHECK-LABEL: func.func @f16_computes_in_f32(
//       CHECK:   arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
//       CHECK:   arith.divf {{.*}} : vector<8xf32>
//       CHECK:   arith.truncf {{.*}} : vector<8xf32> to vector<8xf16>
func.func @f16_computes_in_f32(%x: vector<8xf16>) -> vector<8xf16> {
  %r = math.tanh %x : vector<8xf16>
  return %r : vector<8xf16>
}

/// bf16 has no instructions: its conversions are integer arithmetic, its arithmetic is f32.
// CHECK-LABEL: func.func @bf16_by_integers(
//   CHECK-NOT:   arith.extf
//   CHECK-NOT:   arith.truncf
//       CHECK:   arith.shli
//       CHECK:   arith.addf {{.*}} : f32
//       CHECK:   arith.trunci
func.func @bf16_by_integers(%x: bf16, %y: bf16) -> bf16 {
  %r = arith.addf %x, %y : bf16
  return %r : bf16
}

/// An operation that is an instruction in f32 is kept between the conversions.
// CHECK-LABEL: func.func @bf16_floor(
//       CHECK:   math.floor {{.*}} : f32
func.func @bf16_floor(%x: bf16) -> bf16 {
  %r = math.floor %x : bf16
  return %r : bf16
}

// -----

///----- What stays
/// Instructions of every target.
// CHECK-LABEL: func.func @negative_instructions(
//       CHECK:   math.sqrt
//       CHECK:   math.roundeven
//       CHECK:   math.fma
//       CHECK:   arith.truncf {{.*}} : f64 to f32
func.func @negative_instructions(%x: f32, %y: f64) -> (f32, f32) {
  %a = math.sqrt %x : f32
  %b = math.roundeven %a : f32
  %c = math.fma %b, %b, %a : f32
  %d = arith.truncf %y : f64 to f32
  return %c, %d : f32, f32
}

/// Tensors and scalable vectors have no fixed lanes.
// CHECK-LABEL: func.func @negative_no_fixed_lanes(
//       CHECK:   math.exp {{.*}} : tensor<4xf32>
//       CHECK:   math.exp {{.*}} : vector<[4]xf32>
func.func @negative_no_fixed_lanes(%x: tensor<4xf32>, %y: vector<[4]xf32>) -> (tensor<4xf32>, vector<[4]xf32>) {
  %r = math.exp %x : tensor<4xf32>
  %s = math.exp %y : vector<[4]xf32>
  return %r, %s : tensor<4xf32>, vector<[4]xf32>
}

/// A conversion with a rounding mode other than to nearest even is not what the expansion computes.
// CHECK-LABEL: func.func @negative_rounding_mode(
//       CHECK:   arith.truncf {{.*}} to_nearest_away : f32 to bf16
func.func @negative_rounding_mode(%x: f32) -> bf16 {
  %r = arith.truncf %x to_nearest_away : f32 to bf16
  return %r : bf16
}

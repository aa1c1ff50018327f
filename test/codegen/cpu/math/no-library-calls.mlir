// After the pass, LLVM selects everything for x86-64-v3 without calling libm or compiler-rt.
// RUN: sinter-opt %s --sinter-expand-math \
// RUN:   | mlir-opt --convert-scf-to-cf --convert-vector-to-llvm --convert-to-llvm --reconcile-unrealized-casts \
// RUN:   | mlir-translate --mlir-to-llvmir | llc -mcpu=x86-64-v3 | FileCheck %s --implicit-check-not=call

// CHECK-LABEL: unary_f32:
func.func @unary_f32(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.exp %x : vector<8xf32>
  %1 = math.log1p %0 : vector<8xf32>
  %2 = math.tanh %1 : vector<8xf32>
  %3 = math.erf %2 : vector<8xf32>
  %4 = math.sin %3 : vector<8xf32>
  %5 = math.atan %4 : vector<8xf32>
  %6 = math.round %5 : vector<8xf32>
  %7 = math.cbrt %6 : vector<8xf32>
  %8 = math.powf %7, %x : vector<8xf32>
  return %8 : vector<8xf32>
}

// CHECK-LABEL: halves:
func.func @halves(%x: vector<8xbf16>, %y: vector<8xf16>, %z: vector<8xf64>) -> (vector<8xbf16>, vector<8xf16>) {
  %0 = math.exp %x : vector<8xbf16>
  %1 = arith.mulf %0, %x : vector<8xbf16>
  %2 = math.floor %y : vector<8xf16>
  %3 = math.log %2 : vector<8xf16>
  %4 = arith.truncf %z : vector<8xf64> to vector<8xf16>
  %5 = arith.addf %3, %4 : vector<8xf16>
  return %1, %5 : vector<8xbf16>, vector<8xf16>
}

// CHECK-LABEL: scalars:
func.func @scalars(%x: bf16, %y: f16, %z: f32, %n: i32) -> (bf16, f64, f32) {
  %0 = arith.extf %y : f16 to f64
  %1 = math.fpowi %z, %n : f32, i32
  %2 = arith.sitofp %n : i32 to bf16
  %3 = arith.divf %x, %2 : bf16
  return %3, %0, %1 : bf16, f64, f32
}

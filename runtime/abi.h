// The contract between compiled code and the runtime: plain C data, no functions of LLVM's or the C library's.
//
// The compiler (codegen/host) emits one `sinter_program` per model and one function per kernel; the runtime reads the
// tables, owns memory and threads, and calls a segment's `plan` once per new set of dims and its `run` once per
// inference.
//
// Dims.  Every size that the program needs is an int64 in one table, `values`: first the symbols (bound by the runtime
// from the inputs, or computed by the program), then every other formula in an order in which `plan` can fill them.
// Tables below refer to sizes by their index in `values`.
//
// Segments.  A program runs in segments, one after the other; most programs have one. A segment ends where the program
// has computed sizes: its `run` stores them in `values`, and the runtime then checks them, plans the next segment, and
// makes the memory that it needs. Each segment has an arena of its own, which later segments read too.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SINTER_ABI_VERSION = 4 };

/// Element types; the numbers are those of ONNX's TensorProto.DataType. Bool is one byte, 0 or 1.
enum sinter_dtype {
  SINTER_F32 = 1,
  SINTER_U8 = 2,
  SINTER_I8 = 3,
  SINTER_U16 = 4,
  SINTER_I16 = 5,
  SINTER_I32 = 6,
  SINTER_I64 = 7,
  SINTER_BOOL = 9,
  SINTER_F16 = 10,
  SINTER_F64 = 11,
  SINTER_U32 = 12,
  SINTER_U64 = 13,
  SINTER_BF16 = 16,
};

/// Operands of a kernel: base pointers of dense row-major tensors, then the kernel's dims.
struct sinter_args {
  void *const *buffers;
  const int64_t *dims;
};

/// A kernel runs task `task` of the launch's task count. Tasks are independent and may run in any order on any thread;
/// where two write the same element of a result, they write the same bits. `scratch` is private to the running thread,
/// 64-byte aligned.
typedef void (*sinter_kernel)(const struct sinter_args *args, int64_t task, void *scratch);

/// An input or output of the model.
struct sinter_tensor_info {
  const char *name;
  int32_t dtype; // sinter_dtype
  int32_t rank;
  const int32_t *dims;          // rank indices into values
  const char *const *dim_texts; // rank formulas as text: "B", "S + P", "768"
};

/// A tensor that the context keeps from run to run. In memory its dim `axis` comes first, the others behind it in their
/// order: rows. A run reads the rows that are kept and writes new ones behind them.
struct sinter_state {
  struct sinter_tensor_info kept; // the graph's input: rows as they are before a run
  const char *output;             // the graph's output: rows as they are behind it
  int32_t axis;
  int32_t rows;     // index into values: rows behind a run
  int64_t capacity; // rows at most, INT64_MAX: as memory allows
};

/// Where the value of a symbol comes from.
enum sinter_symbol_source {
  SINTER_FROM_DIM = 0,     // dim `position` of input `input`
  SINTER_FROM_ELEMENT = 1, // element `position` (flat) of the integer input `input`
  SINTER_FROM_VALUE = 2,   // the run of segment `position`; `input` is -1
  SINTER_FROM_STATE = 3,   // the rows that state `position` has kept; `input` is -1
};

/// A symbolic size: values[k] for symbol k. Its value must lie in [lo, hi].
struct sinter_symbol {
  const char *name;
  int64_t lo, hi;
  int32_t source; // sinter_symbol_source
  int32_t input;
  int32_t position;
  const char *node; // what computes it, SINTER_FROM_VALUE only; else null
};

/// Two sizes that must agree at run time: `values[lhs] == values[rhs]` (relation 0) or `<=` (relation 1). Checked as
/// soon as both are known.
struct sinter_check {
  int32_t lhs, rhs;
  int32_t relation;
  const char *message; // which node needs it and the relation; the two values follow
};

/// What a tensor of indices holds: element k, of values[count], lies in [values[bounds[2 * j]], values[bounds[2 * j +
/// 1]]] with j = k mod num_bounds.
struct sinter_element_check {
  int32_t dtype; // SINTER_I32 or SINTER_I64
  int32_t count;
  int32_t num_bounds;
  const int32_t *bounds;
  const char *node; // which node needs it
  const char *what; // "an index"
};

/// One launch of the program, for --profile and --info.
struct sinter_launch_info {
  const char *kernel; // "k3_contract"
  const char *nodes;  // names of the ONNX nodes, comma separated
  int32_t flops;      // index into values, or -1
  int32_t bytes;      // index into values: bytes read and written, or -1
};

/// A name and a text, for metadata.
struct sinter_property {
  const char *key, *value;
};

struct sinter_executor; // the runtime's own: thread pool, scratch, profile

/// One inference in flight. All pointers stay valid for the call of `run`.
struct sinter_frame {
  int64_t *values;
  void *const *inputs;          // base pointers, in the order of the program's inputs
  void *const *outputs;         // caller's memory for each output; set in the first segment that knows its dims
  unsigned char *const *arenas; // per segment values[segment->arena_bytes] bytes, 64-byte aligned; set up to this one
  const unsigned char *weights;
  struct sinter_executor *executor;
  unsigned char *const *states; // per state its rows, with room for the new ones in the first segment that knows them
};

/// What runs between two points where sizes become known.
struct sinter_segment {
  /// Fills the entries of `values` that become known with this segment, from those that are known already. Returns 0,
  /// or 1 + the index of the first value whose arithmetic left int64 or whose tensor would pass 2^48 bytes.
  int32_t (*plan)(int64_t *values);
  /// Runs the segment's launches through sinter_rt_launch, in order, with its branches and loops, then stores the
  /// symbols that it computes.
  void (*run)(struct sinter_frame *frame);
  int32_t num_values;     // entries of `values` below this are known once the segment is planned, later symbols aside
  int32_t arena_bytes;    // index into values
  const char *arena_text; // the formula of the arena's size
};

/// A compiled model.
struct sinter_program {
  uint32_t abi_version;
  const char *name;
  const char *target;          // "x86-64-v3", "znver5", ...
  const char *const *features; // CPU features that the code needs ("avx2", "avx512f"), null-terminated
  int32_t num_inputs, num_outputs, num_symbols, num_values, num_checks, num_segments, num_launches, num_properties,
      num_states;
  const struct sinter_tensor_info *inputs, *outputs;
  const struct sinter_symbol *symbols;
  const struct sinter_check *checks;
  const struct sinter_launch_info *launches;
  const struct sinter_property *properties; // opset, producer, metadata_props, provenance, ...
  const struct sinter_segment *segments;
  const struct sinter_state *states;
  int64_t weight_bytes;
  const unsigned char *weights; // mapped with the file, 64-byte aligned
};

/// Provided by the runtime, called by `run`: executes `tasks` tasks of a kernel and returns when all are done. Returns
/// 0 when this launch or one before it has failed, and nothing runs any more; else 1. `launch` is the index into
/// program->launches, or ~index for the second phase of the launch before; `scratch_bytes` is what each running thread
/// gets.
int32_t sinter_rt_launch(struct sinter_frame *frame, int32_t launch, sinter_kernel kernel,
                         const struct sinter_args *args, int64_t tasks, int64_t scratch_bytes);

/// The same, for a check of sizes that only a branch or a loop that runs needs: 0 when it or something before it has
/// failed. Its values are known with the running segment.
int32_t sinter_rt_check(struct sinter_frame *frame, const struct sinter_check *check);

/// The same, for the elements of a tensor that the program computes or is given.
int32_t sinter_rt_check_elements(struct sinter_frame *frame, const struct sinter_element_check *check,
                                 const void *elements);

/// The one program of an executable, defined by the compiler.
extern const struct sinter_program sinter_program_main;

#ifdef __cplusplus
}
#endif

// What a context keeps from run to run (abi.h, sinter_state). Rows lie one behind the other in memory of their own,
// which grows by moving pages, not by copying: a run reads the rows that are there and writes new ones behind them.
#pragma once
#include "runtime/core/Arena.h"
#include "runtime/core/Values.h"

namespace sinter::rt {

class States {
public:
  explicit States(const sinter_program &program);

  /// Checks the states whose sizes `segment` makes known: the plan must expect the rows that are kept, in rows of the
  /// same dims, and the capacity must hold the new ones. Adds the bytes of all rows behind the run to `total`.
  bool check(int32_t segment, const Values &sizes, int64_t &total, Error &error) const;

  /// Makes room for their new rows.
  bool makeRoom(int32_t segment, const Values &sizes, Error &error);

  /// After a run: the rows that it added are kept.
  void keep(const Values &sizes);

  /// As if runs had kept the rows that `sizes` says are there before a run. States whose sizes a run computes stay
  /// empty: false if there is one.
  bool assume(const Values &sizes);

  /// Bytes of the rows that state `k` has kept; after assume(), what they hold is undefined.
  int64_t keptBytes(int32_t k, const Values &sizes) const { return rows[k] ? rows[k] * rowBytes(k, sizes) : 0; }

  /// Rows of each state, and where they lie.
  const int64_t *rowCounts() const { return rows.data(); }
  unsigned char *const *pointers() const { return data.data(); }

private:
  struct Shape {
    int64_t dims[kMaxRank];
  };
  bool checkDims(int32_t k, const Values &sizes, Error &error) const;
  int64_t rowBytes(int32_t k, const Values &sizes) const;
  bool reserve(int32_t k, const Values &sizes, Error &error);
  void keepRows(int32_t k, const Values &sizes, int32_t count);

  const sinter_program &program;
  Table<int32_t> segments; // the first that knows a state's sizes
  Table<int64_t> rows;
  Table<Shape> shapes; // of the kept rows
  Table<Arena> memory;
  Table<unsigned char *> data;
};

} // namespace sinter::rt

// Atomic integers and the futex, without the C++ library.
#pragma once
#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sinter::rt {

/// An integer that several threads use. Sequentially consistent unless the name says otherwise.
template <typename T> class Atomic {
public:
  T load() const { return __atomic_load_n(&value, __ATOMIC_SEQ_CST); }
  T loadAcquire() const { return __atomic_load_n(&value, __ATOMIC_ACQUIRE); }
  void store(T v) { __atomic_store_n(&value, v, __ATOMIC_SEQ_CST); }
  /// These return the value before the change.
  T fetchAdd(T v) { return __atomic_fetch_add(&value, v, __ATOMIC_SEQ_CST); }
  T fetchAddRelaxed(T v) { return __atomic_fetch_add(&value, v, __ATOMIC_RELAXED); }
  T fetchSub(T v) { return __atomic_fetch_sub(&value, v, __ATOMIC_SEQ_CST); }
  T fetchAnd(T v) { return __atomic_fetch_and(&value, v, __ATOMIC_SEQ_CST); }
  T fetchOr(T v) { return __atomic_fetch_or(&value, v, __ATOMIC_SEQ_CST); }
  /// Sets `next` when the value is `expected`; otherwise reads the value into `expected`.
  bool compareExchange(T &expected, T next) {
    return __atomic_compare_exchange_n(&value, &expected, next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
  /// Sleeps while the value is `expected`; may wake without reason.
  void wait(T expected) {
    static_assert(sizeof(T) == 4, "a futex has 32 bits");
    syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
  }
  void wake(int count) { syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0); }

private:
  T value = 0;
};

} // namespace sinter::rt

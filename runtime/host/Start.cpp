// What crt files would bring: the call of the constructors, and the end of a program whose stack was overwritten.
#include <stdlib.h>

extern "C" {
using Constructor = void (*)(int, char **, char **);
__attribute__((visibility("hidden"))) extern Constructor __init_array_start[];
__attribute__((visibility("hidden"))) extern Constructor __init_array_end[];

/// Called once by __libc_start_main before main.
void sinter_rt_init(int argc, char **argv, char **environment) {
  for (Constructor *constructor = __init_array_start; constructor != __init_array_end; ++constructor)
    (*constructor)(argc, argv, environment);
}

/// libz.a is compiled with stack protection; the C library has this symbol only since version 2.4 of its ABI.
[[noreturn]] void __stack_chk_fail() { abort(); }
}

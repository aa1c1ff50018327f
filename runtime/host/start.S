// Program entry without any crt file of the C library. __libc_start_main's oldest version takes an init function; newer
// ones ignore a null one and run .init_array themselves, so ours (Start.cpp) does it on every glibc.
#if defined(__x86_64__)
  .globl _start
  .type _start,@function
_start:
  xorl %ebp, %ebp
  movq %rdx, %r9              // rtld_fini
  popq %rsi                   // argc
  movq %rsp, %rdx             // argv
  andq $-16, %rsp
  pushq %rax
  pushq %rsp                  // stack_end
  leaq sinter_rt_init(%rip), %rcx
  leaq main(%rip), %rdi
  xorl %r8d, %r8d             // fini
  call *__libc_start_main@GOTPCREL(%rip)
  hlt
  .size _start, .-_start
#else
#error "start.S has no entry for this architecture"
#endif
  .section .note.GNU-stack,"",%progbits

// main of every executable.
#include "runtime/main/CommandLine.h"

int main(int argc, char **argv) { return sinter::rt::commandLine(sinter_program_main, argc, argv); }

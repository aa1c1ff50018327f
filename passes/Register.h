// Registration of all passes for sinter-opt.
#pragma once
namespace sinter {
void registerPasses();
} // namespace sinter

// The licences of the libraries inside sinter and inside what it writes.
#pragma once
#include <string>

namespace sinter {
/// A table of what is inside what, then the full texts (embedded when sinter was built).
std::string licenseTexts();
} // namespace sinter

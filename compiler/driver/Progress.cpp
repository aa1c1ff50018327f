// See Progress.h.
#include "compiler/driver/Progress.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

using namespace sinter;

Progress::Mode Progress::modeFor(bool quiet, bool verbose) {
  if (quiet)
    return Mode::Quiet;
  if (verbose)
    return Mode::Verbose;
  return isatty(STDERR_FILENO) ? Mode::Bar : Mode::Plain;
}

void Progress::begin(llvm::StringRef name) {
  end();
  current = name;
  started = lastShown = Clock::now();
  draw(0, 0);
}

void Progress::end() {
  if (current.empty())
    return;
  double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  rows.push_back({current.str(), seconds});
  rows.insert(rows.end(), inner.begin(), inner.end());
  inner.clear();
  if (mode == Mode::Verbose)
    llvm::errs() << llvm::formatv("{0,-10}{1,9:f1} ms  {2}\n", current, seconds * 1e3, details);
  details.clear();
  current = "";
}

void Progress::step(size_t done, size_t total) {
  constexpr std::chrono::seconds interval(3);
  if (mode == Mode::Plain && Clock::now() - lastShown > interval) {
    lastShown = Clock::now();
    llvm::errs() << current << " " << done << " of " << total << "\n";
  }
  draw(done, total);
}

void Progress::draw(size_t done, size_t total) {
  if (mode != Mode::Bar)
    return;
  constexpr size_t width = 30;
  std::string bar;
  if (total) {
    size_t filled = done * width / total;
    bar = "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] " + std::to_string(done) + " of " +
          std::to_string(total);
  }
  llvm::errs() << "\r\033[K" << current << " " << bar;
  drawn = true;
}

void Progress::clear() {
  if (drawn)
    llvm::errs() << "\r\033[K";
  drawn = false;
}

void Progress::print(const std::string &line) {
  clear();
  llvm::errs() << line << "\n";
}

void Progress::conclude(const std::string &line) {
  end();
  if (mode != Mode::Quiet)
    print(line);
}

std::string Progress::timeTable() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  double total = 0;
  for (const Row &row : rows) {
    stream << llvm::formatv("{0,-28}{1,9:f3} s\n", row.what, row.seconds);
    total += row.what[0] == ' ' ? 0 : row.seconds;
  }
  stream << llvm::formatv("{0,-28}{1,9:f3} s\n", "total", total);
  return text;
}

// What a compilation says on stderr while it runs, and the time of each stage.
//
// Quiet: nothing. Verbose: a line per stage. On a terminal: one line that is drawn over and erased at the end.
// Otherwise: a line when a stage has taken seconds, so that a log shows life, and one line at the end.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <string>
#include <vector>

namespace sinter {
class Progress {
public:
  enum class Mode { Quiet, Verbose, Bar, Plain };
  /// The mode that the options and stderr ask for.
  static Mode modeFor(bool quiet, bool verbose);
  explicit Progress(Mode progressMode) : mode(progressMode) {}
  ~Progress() { clear(); }

  /// Ends the stage before and begins one. `name` outlives this object.
  void begin(llvm::StringRef name);
  /// What the current stage made, for -v: "24 kernels".
  void detail(const std::string &text) { details = text; }
  /// How far the current stage is.
  void step(size_t done, size_t total);
  /// Ends the last stage.
  void end();
  /// Prints a line (without its newline) to stderr, whatever is drawn there.
  void print(const std::string &line);
  /// Prints a line of success: not when quiet.
  void conclude(const std::string &line);

  /// The current stage; empty before the first.
  llvm::StringRef stage() const { return current; }
  /// Adds a row to the table of --time, inside the current stage: "  optimize (workers' CPU)".
  void addTime(const std::string &what, double seconds) { inner.push_back({what, seconds}); }
  std::string timeTable() const;

private:
  using Clock = std::chrono::steady_clock;
  struct Row {
    std::string what;
    double seconds;
  };
  void draw(size_t done, size_t total);
  void clear();

  Mode mode;
  bool drawn = false;
  llvm::StringRef current;
  std::string details;
  Clock::time_point started = Clock::now(), lastShown = started;
  std::vector<Row> rows, inner;
};
} // namespace sinter

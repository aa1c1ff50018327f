// Parser of Einsum equations; see EinsumEquation.h.
#include "compiler/import/ops/EinsumEquation.h"
#include "compiler/import/Describe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace llvm;
using namespace sinter;
using namespace sinter::importer;

/// The labels of one term; `ellipsis` dims stand for its "...", which is counted in `numEllipses`.
static Expected<Labels> parseTerm(StringRef term, int64_t ellipsis, int &numEllipses) {
  Labels labels;
  for (StringRef rest = term; !rest.empty();) {
    if (rest.consume_front("...")) {
      ++numEllipses;
      for (int64_t i = ellipsis; i-- > 0;)
        labels.push_back(ellipsisLabel + i);
    } else if (isAlpha(rest.front())) {
      labels.push_back(rest.front());
      rest = rest.drop_front();
    } else {
      return failure("attribute 'equation': expected letters and at most one '...' in a term, got " + quote(term));
    }
  }
  if (numEllipses > 1)
    return failure("attribute 'equation': expected letters and at most one '...' in a term, got " + quote(term));
  return labels;
}

/// Result labels of an equation without "->": the ellipsis, then letters that occur once, in the order of their codes.
static Labels implicitResult(ArrayRef<Labels> operands, int64_t ellipsis) {
  std::map<int64_t, int> occurrences;
  for (const Labels &operand : operands)
    for (int64_t label : operand)
      ++occurrences[label];
  Labels result;
  for (int64_t i = ellipsis; i-- > 0;)
    result.push_back(ellipsisLabel + i);
  for (auto [label, count] : occurrences)
    if (label < ellipsisLabel && count == 1)
      result.push_back(label);
  return result;
}

static Error checkResult(const EinsumEquation &equation, StringRef term) {
  Labels seen;
  for (int64_t label : equation.result) {
    if (is_contained(seen, label) ||
        none_of(equation.operands, [&](const Labels &l) { return is_contained(l, label); }))
      return failure("attribute 'equation': expected result labels that are distinct and occur in an operand, got " +
                     quote(term));
    seen.push_back(label);
  }
  return Error::success();
}

Expected<EinsumEquation> importer::parseEinsum(StringRef text, ArrayRef<int64_t> ranks) {
  std::string compact;
  copy_if(text, std::back_inserter(compact), [](char c) { return c != ' '; });
  auto [left, right] = StringRef(compact).split("->");
  bool explicitResult = StringRef(compact).contains("->");
  SmallVector<StringRef> terms;
  left.split(terms, ',');
  if (terms.size() != ranks.size())
    return failure("attribute 'equation': expected one term per operand, got " + Twine(terms.size()) + " terms for " +
                   Twine(ranks.size()) + " operands");
  EinsumEquation equation;
  int64_t widest = 0;
  for (auto [term, rank] : zip(terms, ranks)) {
    int numEllipses = 0;
    Expected<Labels> labels = parseTerm(term, 0, numEllipses);
    if (!labels)
      return labels.takeError();
    int64_t ellipsis = numEllipses ? std::max<int64_t>(rank - int64_t(labels->size()), 0) : 0;
    if (int64_t(labels->size()) + ellipsis != rank)
      return failure("attribute 'equation': expected one label per dim, got " + quote(term) + " for rank " +
                     Twine(rank));
    numEllipses = 0;
    equation.operands.push_back(cantFail(parseTerm(term, ellipsis, numEllipses)));
    widest = std::max(widest, ellipsis);
  }
  if (!explicitResult) {
    equation.result = implicitResult(equation.operands, widest);
    return equation;
  }
  int numEllipses = 0;
  Expected<Labels> result = parseTerm(right, widest, numEllipses);
  if (!result)
    return result.takeError();
  equation.result = *result;
  if (Error error = checkResult(equation, right))
    return error;
  return equation;
}

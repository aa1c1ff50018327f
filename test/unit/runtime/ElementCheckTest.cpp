// Ranges of indices, at the ends of the integers too.
#include "runtime/core/ElementCheck.h"
#include "Tensors.h"

using namespace sinter::rt;

namespace {
/// What `elementsHold` says of `elements` with pairs of bounds; "" for nothing.
template <typename T> std::string complaint(std::vector<T> elements, std::vector<int64_t> bounds) {
  std::vector<int32_t> places;
  for (size_t k = 0; k < bounds.size(); ++k)
    places.push_back(static_cast<int32_t>(k));
  bounds.push_back(static_cast<int64_t>(elements.size()));
  sinter_element_check check = {sizeof(T) == 4 ? SINTER_I32 : SINTER_I64,
                                static_cast<int32_t>(places.size()),
                                static_cast<int32_t>(places.size() / 2),
                                places.data(),
                                "node 'g' (Gather)",
                                "an index"};
  Error error;
  ThreadPool pool({3, false, {}});
  return elementsHold(check, elements.data(), bounds.data(), pool, error) ? "" : error.text();
}
} // namespace

TEST(ElementCheck, NamesTheFirstElementOutside) {
  EXPECT_EQ(complaint<int64_t>({0, 9, -10}, {-10, 9}), "");
  EXPECT_EQ(complaint<int64_t>({0, 10, -11}, {-10, 9}), "node 'g' (Gather): expected an index in -10..9, got 10");
  EXPECT_EQ(complaint<int32_t>({0, -11, 10}, {-10, 9}), "node 'g' (Gather): expected an index in -10..9, got -11");
  EXPECT_EQ(complaint<int64_t>({}, {0, -1}), "");
  EXPECT_EQ(complaint<int64_t>({0}, {0, -1}), "node 'g' (Gather): expected an index in 0..-1, got 0");
}

TEST(ElementCheck, TakesBoundsInTurn) {
  EXPECT_EQ(complaint<int64_t>({1, 5, -2, -6}, {-2, 1, -6, 5}), "");
  EXPECT_EQ(complaint<int64_t>({1, 5, 5, 1}, {-2, 1, -6, 5}), "node 'g' (Gather): expected an index in -2..1, got 5");
  EXPECT_EQ(complaint<int64_t>({}, {-2, 1, -6, 5}), "");
}

TEST(ElementCheck, DoesNotOverflow) {
  for (int64_t far : {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX})
    for (int64_t size : {int64_t{1}, int64_t{1} << 40})
      EXPECT_NE(complaint<int64_t>({0, far}, {-size, size - 1}), "") << far << " of " << size;
  EXPECT_EQ(complaint<int32_t>({INT32_MIN, INT32_MAX}, {INT32_MIN, INT32_MAX}), "");
}

TEST(ElementCheck, NamesTheFirstElementOfManyForAnyThread) {
  std::vector<int64_t> elements(1000003, 7);
  EXPECT_EQ(complaint(elements, {-8, 7}), "");
  EXPECT_EQ(complaint(elements, {-8, 7, 0, 7, 7, 9}), "");
  elements[999999] = 8;
  elements[70001] = 9;
  EXPECT_EQ(complaint(elements, {-8, 7}), "node 'g' (Gather): expected an index in -8..7, got 9");
  EXPECT_EQ(complaint(elements, {-8, 9, 0, 8, 0, 7}), "node 'g' (Gather): expected an index in 0..7, got 9");
}

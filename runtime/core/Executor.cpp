// The functions that compiled programs call in the runtime.
#include "runtime/core/Executor.h"

#include "runtime/host/Clock.h"

#include "runtime/core/ElementCheck.h"
#include "runtime/core/Values.h"

using namespace sinter::rt;

extern "C" int32_t sinter_rt_launch(sinter_frame *frame, int32_t launch, sinter_kernel kernel, const sinter_args *args,
                                    int64_t tasks, int64_t scratchBytes) {
  sinter_executor &executor = *frame->executor;
  if (executor.failed)
    return 0;
  if (!tasks) // a second phase where the first did all
    return 1;
  bool isSecondPhase = launch < 0;
  launch = isSecondPhase ? ~launch : launch;
  Job job = {kernel, args, tasks, scratchBytes, launch, executor.profile != nullptr};
  int64_t start = executor.profile ? clockNanos() : 0;
  executor.failed = !executor.pool->run(job, executor.error);
  if (executor.profile && !executor.failed)
    executor.profile->record(launch, isSecondPhase, start, clockNanos(), tasks, *executor.pool);
  return !executor.failed;
}

extern "C" int32_t sinter_rt_check(sinter_frame *frame, const sinter_check *check) {
  sinter_executor &executor = *frame->executor;
  if (!executor.failed)
    executor.failed = !holds(*check, frame->values, executor.error);
  return !executor.failed;
}

extern "C" int32_t sinter_rt_check_elements(sinter_frame *frame, const sinter_element_check *check,
                                            const void *elements) {
  sinter_executor &executor = *frame->executor;
  if (!executor.failed)
    executor.failed = !elementsHold(*check, elements, frame->values, *executor.pool, executor.error);
  return !executor.failed;
}

// See Run.h. Values that change between iterations lie in memory, so there is no SSA value to carry through the loops.
#include "codegen/host/Run.h"
#include "dialects/sinter/Infer.h"
#include "runtime/abi.h"

using namespace mlir;
using namespace sinter;

llvm::Function *Run::emit(int number, int64_t index) {
  const Segment &segment = memory.segments[number];
  auto *type = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy()}, false);
  std::string name = number ? "sinter_run_" + std::to_string(number) : "sinter_run";
  auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "entry", function));
  frame = function->getArg(0);
  size_t maxBuffers = 1, maxDims = 1;
  for (LaunchOp launch : segment.launches) {
    indices[launch] = index++;
    maxBuffers = std::max<size_t>(maxBuffers, launch.getNumOperands() + launch.getNumResults() + 1); // shared memory
    maxDims = std::max<size_t>(maxDims, launch.getDims().getValues().size());
  }
  pointers = b.CreateAlloca(llvm::ArrayType::get(b.getPtrTy(), maxBuffers));
  dims = b.CreateAlloca(llvm::ArrayType::get(b.getInt64Ty(), maxDims));
  args = b.CreateAlloca(llvm::ArrayType::get(b.getPtrTy(), 2));
  b.CreateStore(pointers, args);
  b.CreateStore(dims, element(args, b.getPtrTy(), 1));
  table = field(0);
  for (Operation *step : segment.steps)
    emitStep(step);
  for (BindOp bind : segment.binds)
    emitBind(bind);
  b.CreateRetVoid();
  return function;
}

//===- Addresses --------------------------------------------------------------------------------------------------===//

llvm::Value *Run::element(llvm::Value *array, llvm::Type *type, int64_t index) {
  return b.CreateConstInBoundsGEP1_64(type, array, index);
}
llvm::Value *Run::field(int index) { return b.CreateLoad(b.getPtrTy(), element(frame, b.getPtrTy(), index)); }
llvm::Value *Run::sizeAt(int index) { return b.CreateLoad(b.getInt64Ty(), element(table, b.getInt64Ty(), index)); }
llvm::Value *Run::valueOf(DimAttr formula) {
  std::optional<int64_t> value = constantValue(formula);
  return value ? b.getInt64(*value) : sizeAt(values.index(formula));
}

llvm::Value *Run::inArena(int segment, int64_t buffer) {
  llvm::Value *arena = b.CreateLoad(b.getPtrTy(), element(field(3), b.getPtrTy(), segment));
  return b.CreateInBoundsGEP(b.getInt8Ty(), arena, sizeAt(values.offset(segment, static_cast<int>(buffer))));
}

llvm::Value *Run::address(Value tensor) {
  Place place = memory.placeOf(tensor);
  switch (place.kind) {
  case Place::Input: return b.CreateLoad(b.getPtrTy(), element(field(1), b.getPtrTy(), place.index));
  case Place::Output: return b.CreateLoad(b.getPtrTy(), element(field(2), b.getPtrTy(), place.index));
  case Place::State: return b.CreateLoad(b.getPtrTy(), element(field(6), b.getPtrTy(), place.index));
  case Place::NewRows: return b.CreateInBoundsGEP(b.getInt8Ty(), address(place.whole), valueOf(bytesOf(place.whole)));
  case Place::Arena: return inArena(place.segment, place.index);
  case Place::Weight: return element(field(4), b.getInt8Ty(), place.index);
  case Place::Pointer: return b.CreateLoad(b.getPtrTy(), inArena(place.segment, place.index));
  case Place::Turn: {
    llvm::Value *isOdd = b.CreateTrunc(number(place.counter), b.getInt1Ty());
    return b.CreateSelect(isOdd, inArena(place.segment, place.other), inArena(place.segment, place.index));
  }
  case Place::Row: {
    llvm::Value *rowBytes = valueOf(rowBytesOf(place.whole));
    return b.CreateInBoundsGEP(b.getInt8Ty(), address(place.whole), b.CreateMul(number(place.counter), rowBytes));
  }
  }
  llvm_unreachable("covered switch");
}
llvm::Value *Run::number(Value counter) { return b.CreateLoad(b.getInt64Ty(), address(counter)); }
llvm::Value *Run::isTrue(Value condition) {
  return b.CreateICmpNE(b.CreateLoad(b.getInt8Ty(), address(condition)), b.getInt8(0));
}

//===- Steps ------------------------------------------------------------------------------------------------------===//

llvm::BasicBlock *Run::newBlock(StringRef name) {
  return llvm::BasicBlock::Create(module.getContext(), name, b.GetInsertBlock()->getParent());
}

void Run::emitBlock(Block &block) {
  for (Operation &op : block)
    emitStep(&op);
}

void Run::emitStep(Operation *step) {
  if (auto launch = dyn_cast<LaunchOp>(step))
    emitLaunch(launch);
  else if (auto branch = dyn_cast<IfOp>(step))
    emitIf(branch);
  else if (auto loop = dyn_cast<LoopOp>(step))
    emitLoop(loop);
  else if (auto assume = dyn_cast<AssumeOp>(step); assume && assume.isConditional())
    emitCheck(assume);
  else if (auto check = dyn_cast<CheckElementsOp>(step))
    emitElementCheck(check);
}

llvm::Value *Run::scheduledOr(LaunchOp launch, StringRef key, int64_t otherwise) {
  DimAttr formula = scheduled(launch, key);
  return formula ? valueOf(formula) : b.getInt64(otherwise);
}

void Run::emitLaunch(LaunchOp launch) {
  auto *kernelType = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getInt64Ty(), b.getPtrTy()}, false);
  auto launchFunction = module.getOrInsertFunction("sinter_rt_launch", b.getInt32Ty(), b.getPtrTy(), b.getInt32Ty(),
                                                   b.getPtrTy(), b.getPtrTy(), b.getInt64Ty(), b.getInt64Ty());
  int64_t slot = 0;
  for (ValueRange tensors : {ValueRange(launch.getOperands()), ValueRange(launch.getResults())})
    for (Value tensor : tensors)
      b.CreateStore(address(tensor), element(pointers, b.getPtrTy(), slot++));
  if (std::optional<Place> shared = memory.sharedBy(launch))
    b.CreateStore(inArena(shared->segment, shared->index), element(pointers, b.getPtrTy(), slot));
  for (auto [k, dim] : llvm::enumerate(launch.getDims().getValues()))
    b.CreateStore(sizeAt(values.index(dim)), element(dims, b.getInt64Ty(), k));
  auto call = [&](const std::string &name, int64_t index, llvm::Value *tasks, llvm::Value *scratch) {
    auto function = module.getOrInsertFunction(name, kernelType);
    llvm::cast<llvm::Function>(function.getCallee())->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return b.CreateCall(launchFunction,
                        {frame, b.getInt32(static_cast<uint32_t>(index)), function.getCallee(), args, tasks, scratch});
  };
  int64_t index = indices.lookup(launch);
  llvm::Value *done =
      call(launch.getKernel().str(), index, scheduledOr(launch, "tasks", 1), scheduledOr(launch, "scratch", 0));
  if (scheduled(launch, "merge")) {
    auto kernel = SymbolTable::lookupNearestSymbolFrom<KernelOp>(launch, launch.getKernelAttr());
    done = call(mergeFunction(kernel), ~index, scheduledOr(launch, "merge", 0), b.getInt64(0));
  }
  if (!isa<ProgramOp>(launch->getParentOp())) // the launches behind a failed one do nothing; a loop has to end
    endUnless(done);
}

void Run::emitCheck(AssumeOp assume) {
  auto check = module.getOrInsertFunction("sinter_rt_check", b.getInt32Ty(), b.getPtrTy(), b.getPtrTy());
  endUnless(b.CreateCall(check, {frame, checkOf(assume)}));
}

void Run::emitElementCheck(CheckElementsOp check) {
  auto function =
      module.getOrInsertFunction("sinter_rt_check_elements", b.getInt32Ty(), b.getPtrTy(), b.getPtrTy(), b.getPtrTy());
  endUnless(b.CreateCall(function, {frame, checkOf(check), address(check.getInput())}));
}

void Run::endUnless(llvm::Value *done) {
  llvm::BasicBlock *fail = newBlock("fail"), *next = newBlock("next");
  b.CreateCondBr(b.CreateICmpNE(done, b.getInt32(0)), next, fail);
  b.SetInsertPoint(fail);
  b.CreateRetVoid();
  b.SetInsertPoint(next);
}

void Run::emitIf(IfOp branch) {
  llvm::BasicBlock *yes = newBlock("then"), *no = newBlock("else"), *end = newBlock("end");
  b.CreateCondBr(isTrue(branch.getCondition()), yes, no);
  b.SetInsertPoint(yes);
  emitBlock(branch.getThenRegion().front());
  b.CreateBr(end);
  b.SetInsertPoint(no);
  emitBlock(branch.getElseRegion().front());
  b.CreateBr(end);
  b.SetInsertPoint(end);
}

void Run::emitLoop(LoopOp loop) {
  auto pointerOf = [&](Value carried) {
    Place place = memory.placeOf(carried);
    return inArena(place.segment, place.index);
  };
  for (auto [init, carried] : llvm::zip(loop.getInits(), loop.getCarried()))
    b.CreateStore(address(init), pointerOf(carried));
  b.CreateStore(b.getInt64(0), address(loop.getIteration()));
  llvm::Value *first = loop.getCondition() ? isTrue(loop.getCondition()) : b.getTrue();
  llvm::BasicBlock *entry = b.GetInsertBlock(), *head = newBlock("loop"), *body = newBlock("body"),
                   *end = newBlock("end");
  b.CreateBr(head);
  b.SetInsertPoint(head);
  llvm::PHINode *goesOn = b.CreatePHI(b.getInt1Ty(), 2);
  goesOn->addIncoming(first, entry);
  llvm::Value *isInside = b.CreateICmpSLT(number(loop.getIteration()), valueOf(loop.getTrip()));
  b.CreateCondBr(b.CreateAnd(goesOn, isInside), body, end);
  b.SetInsertPoint(body);
  emitBlock(loop.getBody().front());
  llvm::Value *next = loop.getCondition() ? isTrue(loop.getNextCondition()) : b.getTrue(); // may be carried itself
  for (auto [carried, value] : llvm::zip(loop.getCarried(), loop.getNextCarried()))
    b.CreateStore(address(value), pointerOf(carried));
  b.CreateStore(b.CreateAdd(number(loop.getIteration()), b.getInt64(1)), address(loop.getIteration()));
  goesOn->addIncoming(next, b.GetInsertBlock());
  b.CreateBr(head);
  b.SetInsertPoint(end);
}

void Run::emitBind(BindOp bind) {
  int symbol = values.index(dimSymbol(bind.getContext(), bind.getSymbol()));
  llvm::Value *value = b.CreateLoad(b.getInt64Ty(), address(bind.getValue()));
  b.CreateStore(value, element(table, b.getInt64Ty(), symbol));
}

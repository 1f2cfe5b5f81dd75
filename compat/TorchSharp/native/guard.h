// What every export shares: a handle is a heap-held at::Tensor, and a C++ exception ends as an error string of the calling thread.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

#if __has_include(<c10/util/Optional.h>)
#include <c10/util/Optional.h>
#else
#include <optional>
#endif

#define FLOE_API extern "C" __attribute__((visibility("default")))

namespace floe {

using Handle = at::Tensor*;

// LibTorch 1.13 has an optional of its own; later it becomes the standard one, and at last its header goes.
#if __has_include(<c10/util/Optional.h>)
template <typename T>
using optional = c10::optional<T>;
#else
template <typename T>
using optional = std::optional<T>;
#endif

// Kept until the next failing call of the same thread.
void remember_error(std::string message);

inline Handle give(at::Tensor tensor) {
  return tensor.defined() ? new at::Tensor(std::move(tensor)) : nullptr;
}

inline const at::Tensor& take(Handle handle) {
  if (handle == nullptr) {
    throw std::invalid_argument("a tensor argument is null");
  }
  return *handle;
}

// Runs the body; on any exception remembers its message and answers `failed`.
template <typename Result, typename Body>
Result guarded(Result failed, Body body) {
  try {
    return body();
  } catch (const c10::Error& error) {
    remember_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    remember_error(error.what());
  } catch (...) {
    remember_error("unknown native exception");
  }
  return failed;
}

}  // namespace floe

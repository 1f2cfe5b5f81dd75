// The process: allocator settings at load, threads, devices, random generators, default dtype.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <malloc.h>
#include <torch/version.h>
#include <cstdlib>
#include <mutex>

#include "guard.h"

using floe::Handle;

namespace {

// Activations are allocated and freed by every operation. Left alone, glibc maps and unmaps each one, and the page faults take up to a third of
// a training step. Set at load, so that it stands before the first tensor; FLOE_MALLOC=system leaves glibc as it is.
__attribute__((constructor)) void keep_freed_memory() {
  const char* choice = std::getenv("FLOE_MALLOC");
  if (choice != nullptr && std::string(choice) == "system") {
    return;
  }
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2000000000);
  mallopt(M_TOP_PAD, 64 << 20);
}

at::Generator& generator_of(at::Generator* generator) {
  if (generator == nullptr) {
    throw std::invalid_argument("the generator is null");
  }
  return *generator;
}

}  // namespace

FLOE_API int32_t floe_torch_version() {
  return TORCH_VERSION_MAJOR * 1000 + TORCH_VERSION_MINOR;
}

FLOE_API void floe_trim() {
  malloc_trim(0);
}

FLOE_API int32_t floe_threads() {
  return at::get_num_threads();
}

FLOE_API int32_t floe_set_threads(int32_t count) {
  return floe::guarded<int32_t>(-1, [&] {
    at::set_num_threads(count);
    return 0;
  });
}

FLOE_API int32_t floe_interop_threads() {
  return at::get_num_interop_threads();
}

FLOE_API int32_t floe_set_interop_threads(int32_t count) {
  return floe::guarded<int32_t>(-1, [&] {
    at::set_num_interop_threads(count);
    return 0;
  });
}

FLOE_API int32_t floe_device_count(int32_t device_type) {
  return floe::guarded<int32_t>(-1, [&] {
    auto type = static_cast<c10::DeviceType>(device_type);
    return c10::impl::hasDeviceGuardImpl(type) ? static_cast<int32_t>(c10::impl::VirtualGuardImpl(type).deviceCount()) : 0;
  });
}

FLOE_API int32_t floe_has_cudnn() {
  return floe::guarded<int32_t>(0, [&] { return at::globalContext().hasCUDA() && at::globalContext().hasCuDNN() ? 1 : 0; });
}

// Waits for the work queued on a device's current stream; a negative index means the current device.
FLOE_API int32_t floe_synchronize(int32_t device_type, int32_t index) {
  return floe::guarded<int32_t>(-1, [&] {
    c10::impl::VirtualGuardImpl guard(static_cast<c10::DeviceType>(device_type));
    c10::Device device = index < 0 ? guard.getDevice() : c10::Device(guard.type(), static_cast<c10::DeviceIndex>(index));
    guard.getStream(device).synchronize();
    return 0;
  });
}

FLOE_API int32_t floe_default_dtype() {
  return static_cast<int32_t>(c10::get_default_dtype_as_scalartype());
}

FLOE_API int32_t floe_set_default_dtype(int32_t scalar_type) {
  return floe::guarded<int32_t>(-1, [&] {
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(scalar_type)));
    return 0;
  });
}

FLOE_API int32_t floe_manual_seed(uint64_t seed) {
  return floe::guarded<int32_t>(-1, [&] {
    at::manual_seed(seed);
    return 0;
  });
}

FLOE_API at::Generator* floe_generator(uint64_t seed, int32_t device_type, int32_t index) {
  return floe::guarded<at::Generator*>(nullptr, [&] {
    if (device_type == 0) {
      return new at::Generator(at::detail::createCPUGenerator(seed));
    }
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(index));
    at::Generator copy = at::globalContext().defaultGenerator(device).clone();
    copy.set_current_seed(seed);
    return new at::Generator(copy);
  });
}

FLOE_API at::Generator* floe_default_generator() {
  return floe::guarded<at::Generator*>(nullptr, [&] { return new at::Generator(at::detail::getDefaultCPUGenerator()); });
}

FLOE_API void floe_free_generator(at::Generator* generator) {
  delete generator;
}

FLOE_API int32_t floe_generator_seed(at::Generator* generator, uint64_t seed) {
  return floe::guarded<int32_t>(-1, [&] {
    std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
    generator->set_current_seed(seed);
    return 0;
  });
}

// A seed that the machine chose.
FLOE_API uint64_t floe_generator_reseed(at::Generator* generator) {
  return floe::guarded<uint64_t>(0, [&] {
    std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
    return generator->seed();
  });
}

FLOE_API uint64_t floe_generator_initial_seed(at::Generator* generator) {
  return floe::guarded<uint64_t>(0, [&] { return generator_of(generator).current_seed(); });
}

FLOE_API Handle floe_generator_state(at::Generator* generator) {
  return floe::guarded<Handle>(nullptr, [&] {
    std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
    return floe::give(generator->get_state());
  });
}

FLOE_API int32_t floe_set_generator_state(at::Generator* generator, Handle state) {
  return floe::guarded<int32_t>(-1, [&] {
    std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
    generator->set_state(floe::take(state));
    return 0;
  });
}

// What a tensor is: lifetime, metadata, memory, and the parts of autograd state that are not operators.
#include <ATen/ops/from_blob.h>
#include <c10/core/TensorOptions.h>

#include "guard.h"

using floe::Handle;

namespace floe {
static thread_local std::string last_error;

void remember_error(std::string message) {
  last_error = std::move(message);
}
}  // namespace floe

FLOE_API const char* floe_error() {
  return floe::last_error.c_str();
}

FLOE_API void floe_free(Handle handle) {
  delete handle;
}

FLOE_API Handle floe_share(Handle handle) {
  return floe::guarded<Handle>(nullptr, [&] { return floe::give(floe::take(handle)); });
}

struct Facts {
  int64_t dimensions;
  int64_t elements;
  int32_t scalar_type;
  int32_t element_size;
  int32_t device_type;
  int32_t device_index;
  int32_t requires_grad;
  int32_t is_leaf;
  int32_t is_sparse;
  int32_t is_contiguous;
};

FLOE_API int32_t floe_facts(Handle handle, Facts* facts) {
  return floe::guarded<int32_t>(-1, [&] {
    const at::Tensor& tensor = floe::take(handle);
    bool strided = tensor.layout() == at::kStrided;
    *facts = {
        tensor.dim(),
        tensor.numel(),
        static_cast<int32_t>(tensor.scalar_type()),
        static_cast<int32_t>(tensor.element_size()),
        static_cast<int32_t>(tensor.device().type()),
        static_cast<int32_t>(tensor.device().index()),
        tensor.requires_grad(),
        tensor.is_leaf(),
        tensor.is_sparse(),
        strided && tensor.is_contiguous(),
    };
    return 0;
  });
}

FLOE_API int32_t floe_sizes(Handle handle, int64_t* sizes, int64_t* strides) {
  return floe::guarded<int32_t>(-1, [&] {
    const at::Tensor& tensor = floe::take(handle);
    for (int64_t i = 0; i < tensor.dim(); i++) {
      if (sizes != nullptr) {
        sizes[i] = tensor.size(i);
      }
      if (strides != nullptr) {
        strides[i] = tensor.stride(i);
      }
    }
    return 0;
  });
}

FLOE_API void* floe_data(Handle handle) {
  return floe::guarded<void*>(nullptr, [&] { return floe::take(handle).data_ptr(); });
}

// A tensor over memory of the caller; `release(token)` runs once nothing refers to it any more.
FLOE_API Handle floe_from_blob(void* data, const int64_t* sizes, int32_t count, int32_t scalar_type, void (*release)(void*), void* token) {
  return floe::guarded<Handle>(nullptr, [&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(scalar_type));
    return floe::give(at::from_blob(data, at::IntArrayRef(sizes, count), [release, token](void*) { release(token); }, options));
  });
}

FLOE_API int32_t floe_set_requires_grad(Handle handle, int32_t value) {
  return floe::guarded<int32_t>(-1, [&] {
    floe::take(handle).requires_grad_(value != 0);
    return 0;
  });
}

FLOE_API int32_t floe_retain_grad(Handle handle) {
  return floe::guarded<int32_t>(-1, [&] {
    floe::take(handle).retain_grad();
    return 0;
  });
}

// *grad is null where there is none.
FLOE_API int32_t floe_grad(Handle handle, Handle* grad) {
  return floe::guarded<int32_t>(-1, [&] {
    *grad = floe::give(floe::take(handle).grad());
    return 0;
  });
}

FLOE_API int32_t floe_set_grad(Handle handle, Handle grad) {
  return floe::guarded<int32_t>(-1, [&] {
    floe::take(handle).mutable_grad() = grad == nullptr ? at::Tensor() : *grad;
    return 0;
  });
}

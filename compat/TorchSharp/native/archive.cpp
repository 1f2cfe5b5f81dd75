// One tensor in a file, in the archive format of LibTorch's C++ API.
#include <torch/csrc/jit/api/compilation_unit.h>
#include <torch/serialize/archive.h>
#include <memory>

#include "guard.h"

using floe::Handle;

FLOE_API int32_t floe_save(Handle handle, const char* path) {
  return floe::guarded<int32_t>(-1, [&] {
    torch::serialize::OutputArchive archive(std::make_shared<torch::jit::CompilationUnit>());
    archive.write("0", floe::take(handle));
    archive.save_to(std::string(path));
    return 0;
  });
}

FLOE_API Handle floe_load(const char* path) {
  return floe::guarded<Handle>(nullptr, [&] {
    torch::serialize::InputArchive archive;
    archive.load_from(std::string(path));
    at::Tensor tensor;
    archive.read("0", tensor);
    return floe::give(tensor);
  });
}

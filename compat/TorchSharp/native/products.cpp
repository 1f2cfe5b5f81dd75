// Matrix products of single precision through the oneDNN that LibTorch is linked to.
//
// An OpenBLAS without kernels for the processor at hand (or held to older ones by OPENBLAS_CORETYPE) leaves half of an AVX-512 core unused;
// oneDNN writes its kernels for the processor it finds. The same ATen operators answer, with the same meaning; what is not plain float32 goes to
// LibTorch's own kernels. FLOE_BLAS=onednn takes oneDNN on any processor; any other value leaves all products to LibTorch and its BLAS.
#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/ops/addmm_cpu_dispatch.h>
#include <ATen/ops/baddbmm_cpu_dispatch.h>
#include <ATen/ops/bmm_cpu_dispatch.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm_cpu_dispatch.h>
#include <torch/library.h>
#include <torch/version.h>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "guard.h"

// oneDNN's C interface: row-major C = alpha op(A) op(B) + beta C; 0 is success. Weak: a LibTorch that hides its oneDNN, or has none, leaves it null.
extern "C" __attribute__((weak)) int dnnl_sgemm(
    char transa, char transb, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
    int64_t ldc);

namespace {

// One matrix as a BLAS sees it.
struct Operand {
  const float* data;
  char transposed;
  int64_t stride;
};

// Whether a matrix of these sizes and strides is rows or columns of consecutive numbers.
bool is_plain(const at::Tensor& t, int64_t row, int64_t column) {
  int64_t rows = t.size(row), columns = t.size(column);
  return (t.stride(column) == 1 && t.stride(row) >= std::max<int64_t>(1, columns)) || (t.stride(row) == 1 && t.stride(column) >= std::max<int64_t>(1, rows));
}

bool is_served(const at::Tensor& t, int64_t dimensions) {
  return t.dim() == dimensions && t.scalar_type() == at::kFloat && t.layout() == at::kStrided && !t.is_neg() && t.numel() > 0 &&
      is_plain(t, dimensions - 2, dimensions - 1);
}

Operand operand_of(const at::Tensor& t, int64_t row, int64_t column) {
  bool plain = t.stride(column) == 1 && t.stride(row) >= std::max<int64_t>(1, t.size(column));
  return {t.data_ptr<float>(), plain ? 'N' : 'T', plain ? t.stride(row) : t.stride(column)};
}

void product(const Operand& a, const Operand& b, int64_t m, int64_t n, int64_t k, float alpha, float beta, float* c) {
  int code = dnnl_sgemm(a.transposed, b.transposed, m, n, k, alpha, a.data, a.stride, b.data, b.stride, beta, c, n);
  TORCH_CHECK(code == 0, "oneDNN refused a product of ", m, " x ", k, " and ", k, " x ", n, " (status ", code, ")");
}

// Packing a transposed matrix reads down its columns; where they lie a multiple of 2 KB apart they fall on few cache sets, at half the speed.
// A copy with longer rows costs one pass over the matrix.
bool columns_collide(const Operand& b, int64_t m) {
  return b.transposed == 'T' && m >= 64 && b.stride % 512 == 0;
}

// Below 16 rows oneDNN adds in another order where B is transposed. With the missing rows filled up, a row's result does not depend on how many rows
// are with it, so a batch gives the bits of its samples one by one. A single row stays: it is a token being generated, and memory is what it waits for.
constexpr int64_t kRows = 16;

bool rows_are_few(const Operand& a, const Operand& b, int64_t m) {
  return a.transposed == 'N' && b.transposed == 'T' && m > 1 && m < kRows;
}

void padded_product(const Operand& a, const Operand& b, int64_t m, int64_t n, int64_t k, float alpha, float beta, float* c) {
  std::vector<float> rows(kRows * k), results(kRows * n);
  for (int64_t i = 0; i < m; i++) {
    std::memcpy(rows.data() + i * k, a.data + i * a.stride, sizeof(float) * k);
  }
  std::memcpy(results.data(), c, beta == 0 ? 0 : sizeof(float) * m * n);
  product({rows.data(), 'N', k}, b, kRows, n, k, alpha, beta, results.data());
  std::memcpy(c, results.data(), sizeof(float) * m * n);
}

void matrix_product(const at::Tensor& a, const at::Tensor& b, float alpha, float beta, const at::Tensor& c) {
  int64_t m = a.size(0), k = a.size(1), n = b.size(1);
  Operand left = operand_of(a, 0, 1), right = operand_of(b, 0, 1);
  if (rows_are_few(left, right, m)) {
    padded_product(left, right, m, n, k, alpha, beta, c.data_ptr<float>());
    return;
  }
  if (!columns_collide(right, m)) {
    product(left, right, m, n, k, alpha, beta, c.data_ptr<float>());
    return;
  }
  int64_t stride = k + 16;
  at::Tensor spread = at::empty({n, stride}, b.options());
  float* rows = spread.data_ptr<float>();
  at::parallel_for(0, n, 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      std::memcpy(rows + i * stride, right.data + i * right.stride, sizeof(float) * k);
    }
  });
  product(left, {rows, 'T', stride}, m, n, k, alpha, beta, c.data_ptr<float>());
}

// One thread a matrix: attention has many small ones.
void batch_product(const at::Tensor& a, const at::Tensor& b, float alpha, float beta, const at::Tensor& c) {
  int64_t count = a.size(0), m = a.size(1), k = a.size(2), n = b.size(2);
  Operand left = operand_of(a, 1, 2), right = operand_of(b, 1, 2);
  float* result = c.data_ptr<float>();
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      product({left.data + i * a.stride(0), left.transposed, left.stride}, {right.data + i * b.stride(0), right.transposed, right.stride}, m, n, k, alpha,
              beta, result + i * m * n);
    }
  });
}

at::Tensor mm(const at::Tensor& a, const at::Tensor& b) {
  if (!is_served(a, 2) || !is_served(b, 2) || a.size(1) != b.size(0)) {
    return at::cpu::mm(a, b);
  }
  at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options());
  matrix_product(a, b, 1, 0, c);
  return c;
}

at::Tensor addmm(const at::Tensor& bias, const at::Tensor& a, const at::Tensor& b, const at::Scalar& beta, const at::Scalar& alpha) {
  if (!is_served(a, 2) || !is_served(b, 2) || a.size(1) != b.size(0) || bias.scalar_type() != at::kFloat || beta.toDouble() == 0 || bias.dim() > 2) {
    return at::cpu::addmm(bias, a, b, beta, alpha);
  }
  at::Tensor c = bias.expand({a.size(0), b.size(1)}).clone(at::MemoryFormat::Contiguous);
  matrix_product(a, b, alpha.to<float>(), beta.to<float>(), c);
  return c;
}

at::Tensor bmm(const at::Tensor& a, const at::Tensor& b) {
  if (!is_served(a, 3) || !is_served(b, 3) || a.size(0) != b.size(0) || a.size(2) != b.size(1)) {
    return at::cpu::bmm(a, b);
  }
  at::Tensor c = at::empty({a.size(0), a.size(1), b.size(2)}, a.options());
  batch_product(a, b, 1, 0, c);
  return c;
}

at::Tensor baddbmm(const at::Tensor& bias, const at::Tensor& a, const at::Tensor& b, const at::Scalar& beta, const at::Scalar& alpha) {
  if (!is_served(a, 3) || !is_served(b, 3) || a.size(0) != b.size(0) || a.size(2) != b.size(1) || bias.scalar_type() != at::kFloat || beta.toDouble() == 0 ||
      bias.dim() > 3) {
    return at::cpu::baddbmm(bias, a, b, beta, alpha);
  }
  at::Tensor c = bias.expand({a.size(0), a.size(1), b.size(2)}).clone(at::MemoryFormat::Contiguous);
  batch_product(a, b, alpha.to<float>(), beta.to<float>(), c);
  return c;
}

// LibTorch warns of every operator whose kernel is replaced; these are replaced on purpose.
#if TORCH_VERSION_MAJOR >= 2
namespace warnings = c10::WarningUtils;
struct Silent : c10::WarningHandler {
  void process(const c10::Warning&) override {}
};
#else
namespace warnings = c10::Warning;
struct Silent : c10::WarningHandler {
  void process(const c10::SourceLocation&, const std::string&, bool) override {}
};
#endif

bool is_wanted() {
  const char* choice = std::getenv("FLOE_BLAS");
  if (dnnl_sgemm == nullptr || at::globalContext().hasMKL()) {
    return false;
  }
  if (choice != nullptr && *choice != '\0') {
    return std::strcmp(choice, "onednn") == 0;
  }
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f");
#else
  return false;
#endif
}

bool installed = false;

__attribute__((constructor)) void install() {
  if (!is_wanted()) {
    return;
  }
  Silent silent;
  warnings::WarningHandlerGuard quiet(&silent);
  static torch::Library library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, __FILE__, __LINE__);
  library.impl("mm", mm);
  library.impl("addmm", addmm);
  library.impl("bmm", bmm);
  library.impl("baddbmm", baddbmm);
  installed = true;
}

}  // namespace

// Whether products of float32 matrices go through oneDNN.
FLOE_API int32_t floe_products_by_onednn() {
  return installed ? 1 : 0;
}

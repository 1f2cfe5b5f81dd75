// One AdamW step over many parameters in one pass over memory. Same order of roundings as the operator-by-operator form of PyTorch:
//   p <- p (1 - lr wd);  m <- m b1 + g (1 - b1);  v <- v b2 + g g (1 - b2);  p <- p - (lr / c1) m / (sqrt(v) / sqrt(c2) + eps).
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <cmath>

#include "guard.h"

using floe::Handle;

struct AdamWSettings {
  double decay;        // 1 - lr wd
  double beta1;
  double beta2;
  double epsilon;
  double step_size;    // lr / (1 - beta1^t)
  double root;         // sqrt(1 - beta2^t)
  int32_t maximize;
};

namespace {

template <typename T>
__attribute__((target_clones("avx2", "default"))) void update(
    T* __restrict__ p, const T* __restrict__ g, T* __restrict__ m, T* __restrict__ v, int64_t count, T decay, T beta1, T rest1, T beta2, T rest2,
    T epsilon, T step_size, T root, T sign) {
  for (int64_t i = 0; i < count; i++) {
    T grad = sign * g[i];
    T first = m[i] * beta1 + grad * rest1;
    T second = v[i] * beta2 + rest2 * grad * grad;
    m[i] = first;
    v[i] = second;
    p[i] = p[i] * decay - step_size * (first / (std::sqrt(second) / root + epsilon));
  }
}

template <typename T>
void update_tensor(const at::Tensor& p, const at::Tensor& g, const at::Tensor& m, const at::Tensor& v, const AdamWSettings& s) {
  T* parameter = p.data_ptr<T>();
  const T* gradient = g.data_ptr<T>();
  T* first = m.data_ptr<T>();
  T* second = v.data_ptr<T>();
  at::parallel_for(0, p.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    update<T>(
        parameter + begin, gradient + begin, first + begin, second + begin, end - begin, T(s.decay), T(s.beta1), T(1 - s.beta1), T(s.beta2),
        T(1 - s.beta2), T(s.epsilon), T(s.step_size), T(s.root), T(s.maximize ? -1 : 1));
  });
}

bool plain(const at::Tensor& t, const at::Tensor& like) {
  return t.device().is_cpu() && t.layout() == at::kStrided && t.is_contiguous() && t.scalar_type() == like.scalar_type() && t.numel() == like.numel();
}

}  // namespace

// 1: done. 0: this parameter is not a contiguous float or double tensor on the CPU, nothing was changed. -1: error.
FLOE_API int32_t floe_adamw(Handle parameter, Handle gradient, Handle first, Handle second, const AdamWSettings* settings) {
  return floe::guarded<int32_t>(-1, [&] {
    const at::Tensor &p = floe::take(parameter), &g = floe::take(gradient), &m = floe::take(first), &v = floe::take(second);
    bool wide = p.scalar_type() == at::kDouble;
    if ((!wide && p.scalar_type() != at::kFloat) || !plain(p, p) || !plain(g, p) || !plain(m, p) || !plain(v, p)) {
      return 0;
    }
    if (wide) {
      update_tensor<double>(p, g, m, v, *settings);
    } else {
      update_tensor<float>(p, g, m, v, *settings);
    }
    p.unsafeGetTensorImpl()->bump_version();
    return 1;
  });
}

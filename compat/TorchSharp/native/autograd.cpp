// Backward passes, the thread's grad modes, and functions whose backward is managed code.
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>
#include <memory>
#include <type_traits>
#include <utility>

#include "guard.h"

using floe::Handle;
using torch::autograd::variable_list;

namespace {

variable_list tensors_of(const Handle* handles, int32_t count) {
  variable_list list;
  list.reserve(count);
  for (int32_t i = 0; i < count; i++) {
    list.push_back(handles[i] == nullptr ? at::Tensor() : *handles[i]);
  }
  return list;
}

floe::optional<bool> option(int32_t value) {
  return value < 0 ? floe::optional<bool>() : floe::optional<bool>(value != 0);
}

// Answers 0, or -1 and a message (freed by the caller of the callback) in *error.
using Backward = int32_t (*)(int64_t token, Handle grad_output, Handle* grad_inputs, int32_t count, const char** error);
using Release = void (*)(int64_t token);

// One node of the graph whose backward calls managed code with the gradient of its single output.
struct ManagedNode : public torch::autograd::Node {
  ManagedNode(Backward backward, Release release, int64_t token) : backward_(backward), release_(release), token_(token) {}

  ~ManagedNode() override {
    release_(token_);
  }

  variable_list apply(variable_list&& grads) override {
    at::Tensor grad = grads[0].defined() || !materialize ? grads[0] : at::zeros(sizes, options);
    std::vector<Handle> answers(num_outputs(), nullptr);
    const char* error = nullptr;
    Handle given = floe::give(grad);
    int32_t code = backward_(token_, given, answers.data(), static_cast<int32_t>(answers.size()), &error);
    variable_list list;
    for (Handle answer : answers) {
      list.push_back(answer == nullptr ? at::Tensor() : *answer);
      delete answer;
    }
    if (code != 0) {
      std::string message(error == nullptr ? "a backward function failed" : error);
      std::free(const_cast<char*>(error));
      throw std::runtime_error(message);
    }
    return list;
  }

  bool materialize = true;
  std::vector<int64_t> sizes;
  at::TensorOptions options;

 private:
  Backward backward_;
  Release release_;
  int64_t token_;
};

// How this LibTorch counts the holders of a node: std::shared_ptr in older ones, its own intrusive_ptr in newer ones.
using NodePointer = std::decay_t<decltype(std::declval<const at::Tensor&>().grad_fn())>;

template <class Pointer, class Made, class... Arguments>
auto made(Arguments... arguments) {
  if constexpr (std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>) {
    return std::shared_ptr<Made>(new Made(arguments...), [](auto* node) { deleteNode(node); });
  } else {
    return c10::make_intrusive<Made>(arguments...);
  }
}

}  // namespace

FLOE_API int32_t floe_backward(
    const Handle* tensors, int32_t count, const Handle* grads, int32_t grad_count, int32_t retain_graph, int32_t create_graph, const Handle* inputs, int32_t input_count) {
  return floe::guarded<int32_t>(-1, [&] {
    torch::autograd::backward(
        tensors_of(tensors, count), tensors_of(grads, grad_count), option(retain_graph), create_graph != 0, tensors_of(inputs, input_count));
    return 0;
  });
}

// Fills results[input_count]; an unused input leaves null where allowed.
FLOE_API int32_t floe_gradients(
    const Handle* outputs, int32_t count, const Handle* inputs, int32_t input_count, const Handle* grads, int32_t grad_count, int32_t retain_graph,
    int32_t create_graph, int32_t allow_unused, Handle* results) {
  return floe::guarded<int32_t>(-1, [&] {
    variable_list list = torch::autograd::grad(
        tensors_of(outputs, count), tensors_of(inputs, input_count), tensors_of(grads, grad_count), option(retain_graph), create_graph != 0,
        allow_unused != 0);
    for (int32_t i = 0; i < input_count; i++) {
      results[i] = floe::give(list[i]);
    }
    return 0;
  });
}

// Ties an output, computed without a graph, to its inputs through managed code.
FLOE_API Handle floe_attach(
    Handle output, const Handle* inputs, int32_t count, int32_t materialize, Backward backward, Release release, int64_t token) {
  return floe::guarded<Handle>(nullptr, [&] {
    at::Tensor result = floe::take(output).detach();
    auto node = made<NodePointer, ManagedNode>(backward, release, token);
    node->materialize = materialize != 0;
    node->sizes = result.sizes().vec();
    node->options = result.options();
    node->set_next_edges(torch::autograd::collect_next_edges(tensors_of(inputs, count)));
    torch::autograd::set_history(result, node);
    return floe::give(result);
  });
}

FLOE_API int32_t floe_grad_enabled() {
  return c10::GradMode::is_enabled();
}

FLOE_API void floe_set_grad_enabled(int32_t enabled) {
  c10::GradMode::set_enabled(enabled != 0);
}

FLOE_API int32_t floe_inference_enabled() {
  return c10::InferenceMode::is_enabled();
}

FLOE_API c10::InferenceMode* floe_enter_inference(int32_t enabled) {
  return floe::guarded<c10::InferenceMode*>(nullptr, [&] { return new c10::InferenceMode(enabled != 0); });
}

FLOE_API void floe_leave_inference(c10::InferenceMode* mode) {
  delete mode;
}

FLOE_API void floe_set_anomaly(int32_t enabled, int32_t check_nan) {
  torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0);
}

// Bit 0: enabled, bit 1: NaN is looked for.
FLOE_API int32_t floe_anomaly() {
  return (torch::autograd::AnomalyMode::is_enabled() ? 1 : 0) | (torch::autograd::AnomalyMode::should_check_nan() ? 2 : 0);
}

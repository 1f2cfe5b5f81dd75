// One door to every operator: name and overload are looked up once in LibTorch's dispatcher, arguments travel as tagged values, and those left
// out take the defaults of the operator's schema. Works alike for LibTorch 1.13 and 2.x.
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <vector>

#include "guard.h"

namespace {

using floe::Handle;

enum Kind : int32_t {
  None, TensorValue, Int, Double, Bool, IntList, DoubleList, BoolList, TensorList, OptionalTensorList, String, DeviceValue, GeneratorValue, Complex
};

// bits: the number, the bits of the double, or the address of the list; count: its length, or a device's index.
struct Value {
  int32_t kind;
  int32_t count;
  int64_t bits;
};

double as_double(int64_t bits) {
  double number;
  static_assert(sizeof number == sizeof bits);
  __builtin_memcpy(&number, &bits, sizeof number);
  return number;
}

int64_t as_bits(double number) {
  int64_t bits;
  __builtin_memcpy(&bits, &number, sizeof bits);
  return bits;
}

template <typename T>
const T* list_of(const Value& value) {
  return reinterpret_cast<const T*>(value.bits);
}

c10::IValue to_ivalue(const Value& value) {
  switch (value.kind) {
    case None:
      return c10::IValue();
    case TensorValue:
      return floe::take(reinterpret_cast<Handle>(value.bits));
    case Int:
      return value.bits;
    case Double:
      return as_double(value.bits);
    case Bool:
      return value.bits != 0;
    case IntList:
      return std::vector<int64_t>(list_of<int64_t>(value), list_of<int64_t>(value) + value.count);
    case DoubleList:
      return std::vector<double>(list_of<double>(value), list_of<double>(value) + value.count);
    case BoolList: {
      c10::List<bool> list;
      for (int32_t i = 0; i < value.count; i++) {
        list.push_back(list_of<int64_t>(value)[i] != 0);
      }
      return list;
    }
    case TensorList: {
      c10::List<at::Tensor> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) {
        list.push_back(floe::take(list_of<Handle>(value)[i]));
      }
      return list;
    }
    case OptionalTensorList: {
      c10::List<floe::optional<at::Tensor>> list;
      list.reserve(value.count);
      for (int32_t i = 0; i < value.count; i++) {
        Handle handle = list_of<Handle>(value)[i];
        list.push_back(handle == nullptr ? floe::optional<at::Tensor>() : floe::optional<at::Tensor>(*handle));
      }
      return list;
    }
    case String:
      return std::string(list_of<char>(value), value.count);
    case DeviceValue:
      return c10::Device(static_cast<c10::DeviceType>(value.bits), static_cast<c10::DeviceIndex>(value.count));
    case GeneratorValue:
      return *reinterpret_cast<at::Generator*>(value.bits);
    case Complex:
      return c10::complex<double>(list_of<double>(value)[0], list_of<double>(value)[1]);
  }
  throw std::invalid_argument("unknown kind of argument");
}

void append(const c10::IValue& value, std::vector<Value>& results) {
  if (value.isTensor()) {
    results.push_back({TensorValue, 0, reinterpret_cast<int64_t>(floe::give(value.toTensor()))});
  } else if (value.isTensorList()) {
    for (const at::Tensor& tensor : value.toTensorVector()) {
      results.push_back({TensorValue, 0, reinterpret_cast<int64_t>(floe::give(tensor))});
    }
  } else if (value.isBool()) {
    results.push_back({Bool, 0, value.toBool()});
  } else if (value.isInt()) {
    results.push_back({Int, 0, value.toInt()});
  } else if (value.isDouble()) {
    results.push_back({Double, 0, as_bits(value.toDouble())});
  } else {
    throw std::runtime_error("an operator answered a value of a kind that does not cross: " + value.tagKind());
  }
}

}  // namespace

// The operator `aten::name.overload`; null where this LibTorch lacks it.
FLOE_API const c10::OperatorHandle* floe_operator(const char* name, const char* overload) {
  return floe::guarded<const c10::OperatorHandle*>(nullptr, [&] {
    return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
  });
}

// Calls an operator with its leading arguments. Answers the number of results, which lie at *results until the thread's next call, or -1.
FLOE_API int32_t floe_call(const c10::OperatorHandle* op, const Value* arguments, int32_t count, const Value** results) {
  static thread_local std::vector<Value> kept;
  return floe::guarded<int32_t>(-1, [&] {
    const auto& schema = op->schema().arguments();
    if (static_cast<size_t>(count) > schema.size()) {
      throw std::invalid_argument("too many arguments for " + op->operator_name().name);
    }
    std::vector<c10::IValue> stack;
    stack.reserve(schema.size());
    for (int32_t i = 0; i < count; i++) {
      stack.push_back(to_ivalue(arguments[i]));
    }
    for (size_t i = count; i < schema.size(); i++) {
      if (!schema[i].default_value()) {
        throw std::invalid_argument("missing argument " + schema[i].name() + " of " + op->operator_name().name);
      }
      stack.push_back(*schema[i].default_value());
    }
    op->callBoxed(&stack);
    kept.clear();
    for (const c10::IValue& value : stack) {
      append(value, kept);
    }
    *results = kept.data();
    return static_cast<int32_t>(kept.size());
  });
}

// The gradient of max pooling for TensorFlow on CPUs. TensorFlow's own kernel takes a third of a training step on large
// pictures; this one is registered for the same operation with a higher priority. `start.ts` loads it.
#include <node_api.h>
#include <tensorflow/c/kernels.h>
#include <tensorflow/c/tf_status.h>
#include <tensorflow/c/tf_tensor.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using Status = std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)>;
using Tensor = std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>;

Status NewStatus() { return Status(TF_NewStatus(), TF_DeleteStatus); }

// One axis of a pooling: pixels of the input and of the output, the window's size, its step, and what it begins before 0.
struct Axis {
  int64_t input, output, window, stride, before;

  int64_t First(int64_t at) const { return std::max<int64_t>(0, at * stride - before); }
  int64_t End(int64_t at) const { return std::min(input, at * stride - before + window); }

  // Whether each window lies on the input, if only in part.
  bool Fits() const { return output == 0 || (before < window && First(output - 1) < input); }
};

struct Pooling {
  int32_t window[4];
  int32_t strides[4];
  bool is_same;

  // The padding of SAME is split as TensorFlow does: the odd pixel comes after.
  Axis Along(int axis, int64_t input, int64_t output) const {
    const int64_t missing = (output - 1) * strides[axis] + window[axis] - input;
    return {input, output, window[axis], strides[axis], is_same ? std::max<int64_t>(0, missing / 2) : 0};
  }
};

// Four channels at once, which compilers make one instruction of.
typedef float Four __attribute__((vector_size(16)));
typedef int32_t FourMasks __attribute__((vector_size(16)));

Four Load(const float* from) {
  Four values;
  std::memcpy(&values, from, sizeof values);
  return values;
}

// Gives the gradients of four channels of an output to the pixel of its window that equals it, the first of equals.
void FourChannels(int64_t height, int64_t width, int64_t row, int64_t channels, const float* x, Four y, Four dy, float* dx) {
  FourMasks rest = reinterpret_cast<FourMasks>(dy);
  for (int64_t i = 0; i < height; i++) {
    for (int64_t at = i * row; at < i * row + width * channels; at += channels) {
      const FourMasks is_largest = Load(x + at) == y;
      const Four gradient = Load(dx + at) + reinterpret_cast<Four>(rest & is_largest);
      std::memcpy(dx + at, &gradient, sizeof gradient);
      rest &= ~is_largest;
    }
  }
}

void OneChannel(int64_t height, int64_t width, int64_t row, int64_t channels, const float* x, float y, float dy, float* dx) {
  for (int64_t i = 0; i < height; i++) {
    for (int64_t at = i * row; at < i * row + width * channels; at += channels) {
      if (x[at] != y) continue;
      dx[at] += dy;
      return;
    }
  }
}

// The gradient of one example; channels come last. Rows of `dx` are cleared just before they are written.
void Example(const Axis& rows, const Axis& columns, int64_t channels, const float* x, const float* y, const float* dy,
             float* dx) {
  const int64_t row = columns.input * channels;
  int64_t cleared = 0;
  const auto clear = [&](int64_t end) {
    if (end > cleared) std::fill(dx + cleared * row, dx + end * row, 0.0f), cleared = end;
  };
  for (int64_t oy = 0; oy < rows.output; oy++) {
    clear(rows.End(oy));
    const int64_t top = rows.First(oy), height = rows.End(oy) - top;
    for (int64_t ox = 0; ox < columns.output; ox++, y += channels, dy += channels) {
      const int64_t left = columns.First(ox), width = columns.End(ox) - left;
      const int64_t at = top * row + left * channels;
      int64_t c = 0;
      for (; c + 4 <= channels; c += 4)
        FourChannels(height, width, row, channels, x + at + c, Load(y + c), Load(dy + c), dx + at + c);
      for (; c < channels; c++) OneChannel(height, width, row, channels, x + at + c, y[c], dy[c], dx + at + c);
    }
  }
  clear(rows.input);
}

// As many as TensorFlow takes for an operation.
int64_t ThreadCount() {
  const char* given = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int64_t count = given ? std::atoi(given) : 0;
  return count > 0 ? count : std::max(1u, std::thread::hardware_concurrency());
}

template <typename Work>
void EachExample(int64_t count, Work work) {
  const int64_t threads = std::min(count, ThreadCount());
  const auto share = [&](int64_t thread) {
    for (int64_t n = count * thread / threads; n < count * (thread + 1) / threads; n++) work(n);
  };
  std::vector<std::thread> others;
  for (int64_t thread = 1; thread < threads; thread++) others.emplace_back(share, thread);
  if (threads > 0) share(0);
  for (std::thread& other : others) other.join();
}

void* Create(TF_OpKernelConstruction* context) {
  Status status = NewStatus();
  auto pooling = std::make_unique<Pooling>();
  char padding[16] = {}, format[16] = {};
  TF_OpKernelConstruction_GetAttrInt32List(context, "ksize", pooling->window, 4, status.get());
  if (TF_GetCode(status.get()) == TF_OK)
    TF_OpKernelConstruction_GetAttrInt32List(context, "strides", pooling->strides, 4, status.get());
  if (TF_GetCode(status.get()) == TF_OK)
    TF_OpKernelConstruction_GetAttrString(context, "padding", padding, sizeof padding - 1, status.get());
  if (TF_GetCode(status.get()) == TF_OK)
    TF_OpKernelConstruction_GetAttrString(context, "data_format", format, sizeof format - 1, status.get());
  pooling->is_same = std::string(padding) == "SAME";
  const bool is_known = std::string(format) == "NHWC" && (pooling->is_same || std::string(padding) == "VALID") &&
                        pooling->window[0] == 1 && pooling->window[3] == 1;
  if (TF_GetCode(status.get()) == TF_OK && !is_known)
    TF_SetStatus(status.get(), TF_UNIMPLEMENTED, "expected NHWC, padding SAME or VALID, a window over height and width");
  if (TF_GetCode(status.get()) == TF_OK) return pooling.release();
  TF_OpKernelConstruction_Failure(context, status.get());
  return nullptr;
}

Tensor Input(TF_OpKernelContext* context, int index, TF_Status* status) {
  TF_Tensor* tensor = nullptr;
  if (TF_GetCode(status) == TF_OK) TF_GetInput(context, index, &tensor, status);
  return Tensor(tensor, TF_DeleteTensor);
}

// Inputs: x, y = pool(x), dy. Output: dx. A window of NaN alone gets no gradient.
void Compute(void* kernel, TF_OpKernelContext* context) {
  const Pooling& pooling = *static_cast<Pooling*>(kernel);
  Status status = NewStatus();
  const Tensor x = Input(context, 0, status.get()), y = Input(context, 1, status.get()),
               dy = Input(context, 2, status.get());
  const auto fail = [&](const char* why) {
    if (TF_GetCode(status.get()) == TF_OK) TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, why);
    TF_OpKernelContext_Failure(context, status.get());
  };
  if (TF_GetCode(status.get()) != TF_OK) return fail("");
  if (TF_NumDims(x.get()) != 4 || TF_NumDims(y.get()) != 4 || TF_NumDims(dy.get()) != 4)
    return fail("expected x, y and dy of rank 4");
  int64_t shape[4], pooled[4];
  for (int i = 0; i < 4; i++) shape[i] = TF_Dim(x.get(), i), pooled[i] = TF_Dim(y.get(), i);
  const Axis rows = pooling.Along(1, shape[1], pooled[1]), columns = pooling.Along(2, shape[2], pooled[2]);
  bool fits = shape[0] == pooled[0] && shape[3] == pooled[3] && rows.Fits() && columns.Fits();
  for (int i = 0; i < 4; i++) fits = fits && TF_Dim(dy.get(), i) == pooled[i];
  if (!fits) return fail("expected y and dy of the shape that pooling x gives");
  const int64_t size = shape[1] * shape[2] * shape[3], pooled_size = pooled[1] * pooled[2] * pooled[3];
  const size_t bytes = sizeof(float) * shape[0] * size;
  const Tensor dx(TF_AllocateOutput(context, 0, TF_FLOAT, shape, 4, bytes, status.get()), TF_DeleteTensor);
  if (TF_GetCode(status.get()) != TF_OK) return fail("");
  const auto* xs = static_cast<const float*>(TF_TensorData(x.get()));
  const auto* ys = static_cast<const float*>(TF_TensorData(y.get()));
  const auto* dys = static_cast<const float*>(TF_TensorData(dy.get()));
  auto* dxs = static_cast<float*>(TF_TensorData(dx.get()));
  EachExample(shape[0], [&](int64_t n) {
    const int64_t at = n * pooled_size;
    Example(rows, columns, shape[3], xs + n * size, ys + at, dys + at, dxs + n * size);
  });
}

void Delete(void* kernel) { delete static_cast<Pooling*>(kernel); }

// Registers the kernel when the addon is loaded.
napi_value Init(napi_env env, napi_value exports) {
  Status status = NewStatus();
  TF_KernelBuilder* builder = TF_NewKernelBuilder("MaxPoolGrad", "CPU", Create, Compute, Delete);
  TF_KernelBuilder_TypeConstraint(builder, "T", TF_FLOAT, status.get());
  TF_KernelBuilder_Priority(builder, 1);
  if (TF_GetCode(status.get()) == TF_OK) TF_RegisterKernelBuilder("ConvlabMaxPoolGrad", builder, status.get());
  if (TF_GetCode(status.get()) != TF_OK) napi_throw_error(env, nullptr, TF_Message(status.get()));
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)

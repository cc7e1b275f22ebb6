// Sends fd 2 to nowhere while a library that writes there is loaded, and back.
// JavaScript cannot: closing and reopening fd 2 is not atomic. See start.ts.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

namespace {

// mute(): number, a descriptor that keeps the old stderr, or -1 where nothing was changed.
napi_value Mute(napi_env env, napi_callback_info) {
  int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (saved >= 0 && null >= 0) dup2(null, STDERR_FILENO);
  if (saved >= 0 && null < 0) {
    close(saved);
    saved = -1;
  }
  if (null >= 0) close(null);
  napi_value result;
  napi_create_int32(env, saved, &result);
  return result;
}

// restore(saved: number): void
napi_value Restore(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int saved = -1;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count == 1) napi_get_value_int32(env, argument, &saved);
  if (saved >= 0) {
    dup2(saved, STDERR_FILENO);
    close(saved);
  }
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value mute, restore;
  napi_create_function(env, "mute", NAPI_AUTO_LENGTH, Mute, nullptr, &mute);
  napi_create_function(env, "restore", NAPI_AUTO_LENGTH, Restore, nullptr, &restore);
  napi_set_named_property(env, exports, "mute", mute);
  napi_set_named_property(env, exports, "restore", restore);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)

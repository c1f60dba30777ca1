// An agent that calls a function at intervals.
#pragma once

#include <functional>
#include <utility>

#include "core/agent.h"

namespace senne::app {

class Periodic final : public Agent {
 public:
  // `at_close` is called once more at the end.
  Periodic(
      Duration interval, std::function<void()> work, std::function<void()> at_close = [] {})
      : interval_(interval), work_(std::move(work)), at_close_(std::move(at_close)) {}
  Duration do_work() override {
    work_();
    return interval_;
  }
  void on_close() override { at_close_(); }

 private:
  const Duration interval_;
  const std::function<void()> work_;
  const std::function<void()> at_close_;
};

}  // namespace senne::app

// One command of the real binary, run to its end beside the files of a test.
//
// THREAD  one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/senne_process.h"

namespace senne::test {

struct Ended {
  int status = -1;  // the exit status; 128 + number after a signal; -1 when it did not end
  std::string out;
  std::string err;
};

// senne <arguments>, in the folder of `place`: `-c senne.yaml` finds its configuration. `input` is
// what it reads from standard input.
Ended run_senne(const SenneProcess& place, const std::vector<std::string>& arguments,
                std::string_view input = {});

// Replaces a file in the folder of `place`; "{data_dir}" stands for the data directory.
void put_file(const SenneProcess& place, const std::string& name, std::string text);

// One line and no more.
bool is_one_line(std::string_view text);

// A configuration whose servers nobody listens at, with two routes.
std::string configuration_without_servers();

}  // namespace senne::test

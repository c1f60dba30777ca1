// Reads topics as a downstream consumer does, with a client set up here, independently of the code
// under test.
//
// THREAD  one.
// OWNS    the consumer and the records it has read.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/time.h"

namespace senne::test {

struct ReadRecord {
  std::string topic;
  int partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string value;
  std::map<std::string, std::string> headers;
};

enum class Isolation { read_committed, read_uncommitted };

class KafkaReader {
 public:
  // From the beginning of all partitions; the topics must exist.
  KafkaReader(const std::string& bootstrap, const std::vector<std::string>& topics,
              Isolation isolation = Isolation::read_committed);
  ~KafkaReader();
  KafkaReader(const KafkaReader&) = delete;
  KafkaReader& operator=(const KafkaReader&) = delete;

  // Reads on until `done` says so; it is asked now and again. False: not within `patience`.
  bool read_until(const std::function<bool(const std::vector<ReadRecord>&)>& done,
                  Duration patience);
  // At least so many records in all.
  bool read_count(std::size_t count, Duration patience);
  // Reads on until every partition has nothing more to give, at its last stable offset under
  // read_committed. False: not within `patience`.
  bool read_to_end(Duration patience);

  // All read so far, in the order of arrival.
  const std::vector<ReadRecord>& records() const { return records_; }

 private:
  // At most one record or event; false when none came within 50 ms.
  bool poll();

  rd_kafka_t* consumer_;
  std::vector<ReadRecord> records_;
  std::map<std::pair<std::string, int>, bool> at_end_;
  std::map<std::pair<std::string, int>, std::int64_t> next_;  // the offset to go on from
};

}  // namespace senne::test

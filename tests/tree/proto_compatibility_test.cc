#include "tests/tree/proto_compatibility.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>

namespace senne {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::FileDescriptorSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FileDescriptorSet read(const std::string& path) {
  FileDescriptorSet set;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good() && set.ParseFromIstream(&file)) << path;
  return set;
}

TEST(ProtoCompatibility, the_schemas_can_be_published_after_the_committed_ones) {
  EXPECT_THAT(incompatible_changes(read(SENNE_SOURCE_DIR "/proto/baseline/senne_v1.binpb"),
                                   read(SENNE_DESCRIPTOR_SET)),
              IsEmpty())
      << "proto/README.md says what may change, and when the baseline is replaced";
}

TEST(ProtoCompatibility, the_committed_schemas_have_all_messages) {
  const FileDescriptorSet set = read(SENNE_SOURCE_DIR "/proto/baseline/senne_v1.binpb");
  EXPECT_GE(set.file_size(), 6);
}

class PlantedChange : public testing::Test {
 protected:
  PlantedChange() {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      file {
        name: "a.proto" package: "p" syntax: "proto3"
        message_type {
          name: "M"
          field { name: "a" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL json_name: "a" }
          field { name: "b" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "b"
                  oneof_index: 0 }
          field { name: "c" number: 3 type: TYPE_MESSAGE type_name: ".p.M.N" label: LABEL_REPEATED
                  json_name: "c" }
          nested_type { name: "N" }
          oneof_decl { name: "result" }
          reserved_range { start: 9 end: 10 }
          reserved_name: "gone"
        }
        enum_type { name: "E" value { name: "ZERO" number: 0 } value { name: "ONE" number: 1 } }
      })",
                                                              &older_));
    newer_ = older_;
  }
  DescriptorProto& message() { return *newer_.mutable_file(0)->mutable_message_type(0); }
  google::protobuf::EnumDescriptorProto& one() {
    return *newer_.mutable_file(0)->mutable_enum_type(0);
  }
  std::vector<std::string> faults() const { return incompatible_changes(older_, newer_); }

  FileDescriptorSet older_;
  FileDescriptorSet newer_;
};

TEST_F(PlantedChange, none) { EXPECT_THAT(faults(), IsEmpty()); }

TEST_F(PlantedChange, additions_are_compatible) {
  auto& field = *message().add_field();
  field.set_name("d");
  field.set_number(4);
  one().add_value()->set_name("TWO");
  one().mutable_value(2)->set_number(2);
  newer_.mutable_file(0)->add_message_type()->set_name("New");
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(PlantedChange, a_field_removed) {
  message().mutable_field()->DeleteSubrange(0, 1);
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.M.a = 1: removed")));
  auto& range = *message().add_reserved_range();
  range.set_start(1);
  range.set_end(2);
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.M.a = 1: removed")));
  message().add_reserved_name("a");
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(PlantedChange, a_field_renumbered) {
  message().mutable_field(0)->set_number(7);
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.M.a = 1: removed")));
}

TEST_F(PlantedChange, a_field_renamed) {
  message().mutable_field(0)->set_name("z");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.M.a = 1: renamed to z")));
}

TEST_F(PlantedChange, a_json_name_changed) {
  message().mutable_field(0)->set_json_name("z");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("renamed")));
}

TEST_F(PlantedChange, a_type_changed) {
  message().mutable_field(0)->set_type(google::protobuf::FieldDescriptorProto::TYPE_INT64);
  message().mutable_field(2)->set_type_name(".p.Other");
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.M.a = 1: its type"), HasSubstr("p.M.c = 3: its")));
}

TEST_F(PlantedChange, a_label_changed) {
  message().mutable_field(0)->set_label(google::protobuf::FieldDescriptorProto::LABEL_REPEATED);
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("its label changed")));
}

TEST_F(PlantedChange, a_field_moved_between_oneofs) {
  message().mutable_field(0)->set_oneof_index(0);
  message().mutable_field(1)->clear_oneof_index();
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.M.a = 1: moved"), HasSubstr("p.M.b = 2: moved")));
}

TEST_F(PlantedChange, a_message_or_an_enum_removed) {
  message().clear_nested_type();
  newer_.mutable_file(0)->clear_enum_type();
  EXPECT_THAT(faults(), ElementsAre("p.M.N: the message was removed", "p.E: the enum was removed"));
}

TEST_F(PlantedChange, an_enum_value_changed) {
  one().mutable_value(1)->set_number(5);
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("p.E.ONE = 1: changed")));
}

TEST_F(PlantedChange, a_reservation_dropped) {
  message().clear_reserved_range();
  message().clear_reserved_name();
  EXPECT_THAT(faults(), ElementsAre(HasSubstr("name gone"), HasSubstr("number 9")));
}

}  // namespace
}  // namespace senne

#include "ingest/xes_events.h"

#include <gtest/gtest.h>

namespace clewline::ingest {
namespace {

constexpr std::string_view kLog = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="the log"/>
  <trace>
    <string key="concept:name" value="case &quot;1&quot;"/>
    <event>
      <string key="concept:name" value="Gr&#252;n &amp; blau"/>
      <date key="time:timestamp" value="2011-10-11T13:45:40.276+02:00"/>
      <int key="cost" value="7"><string key="currency" value="EUR"/></int>
      <list key="items"><values><string key="item" value="a"/></values></list>
    </event>
    <event/>
  </trace>
  <trace><event><boolean key="ok" value="true"/></event></trace>
  <event><string key="concept:name" value="of no trace"/></event>
</log>
)";

constexpr std::string_view kLines =
    R"({"case:concept:name":"case \"1\"","concept:name":"Grün & blau","time:timestamp":"2011-10-11T13:45:40.276+02:00","cost":"7","cost/currency":"EUR","items/item":"a"}
{"case:concept:name":"case \"1\""}
{"ok":"true"}
{"concept:name":"of no trace"}
)";

TEST(XesEvents, AttributesOfTraceAndEventBecomeOneLine) {
  XesEvents whole;
  EXPECT_TRUE(whole.read(kLog, true));
  EXPECT_EQ(whole.take_lines(), kLines);
  EXPECT_EQ(whole.trouble(), "");
}

TEST(XesEvents, AnyCutBetweenReadsGivesTheSame) {
  for (std::size_t cut = 0; cut <= kLog.size(); cut += 7) {
    XesEvents events;
    EXPECT_TRUE(events.read(kLog.substr(0, cut), false));
    EXPECT_TRUE(events.read(kLog.substr(cut), true));
    EXPECT_EQ(events.take_lines(), kLines) << cut;
  }
}

TEST(XesEvents, WhatComesBeforeADamagedPlaceIsDelivered) {
  XesEvents events;
  EXPECT_FALSE(events.read(kLog.substr(0, kLog.find("<event/>")), true));
  EXPECT_EQ(events.take_lines(), kLines.substr(0, kLines.find('\n') + 1));
  EXPECT_EQ(events.trouble(), "line 16: no element found");
}

TEST(XesEvents, NoDocumentTypeNoOtherXmlNoEndlessDepth) {
  XesEvents typed;
  EXPECT_FALSE(typed.read("<!DOCTYPE log [<!ENTITY a \"b\">]><log/>", true));
  EXPECT_EQ(typed.trouble(), "line 1: it declares a document type, which is not read");
  XesEvents other;
  EXPECT_FALSE(other.read("<html><log/></html>", true));
  EXPECT_EQ(other.trouble(), "line 1: `html` where `log` was expected: this is no XES");
  std::string deep = "<log><trace><event>";
  for (int i = 0; i < 100; ++i) deep += "<string key='a' value='b'>";
  XesEvents nested;
  EXPECT_FALSE(nested.read(deep, true));
  EXPECT_EQ(nested.trouble(), "line 1: elements are nested too deep");
}

TEST(XesEvents, IsTakenForXesByItsFirstElement) {
  EXPECT_TRUE(looks_like_xes(kLog));
  EXPECT_TRUE(looks_like_xes("\xEF\xBB\xBF<log>"));
  EXPECT_FALSE(looks_like_xes("case,activity\n1,<log>\n"));
  EXPECT_FALSE(looks_like_xes("<html></html>"));
}

}  // namespace
}  // namespace clewline::ingest

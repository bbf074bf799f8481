import BoundedJSON
import CampaignRules
import Testing

@Suite struct CampaignJSONTests {
    private static let time = "a time as in RFC 3339 is allowed, such as 2026-01-02T15:04:05+08:00"
    private static let known = "campaign_id, name, starts, ends, merchants, amount_min"
    private static let merchants = #"merchants: "all" or 1 to 1000 merchant numbers are allowed"#
    private static let name = "name: 1 to 128 bytes without control characters are allowed"

    private static let wrongMembers: [WrongMember] = [
        WrongMember("name", "", "name is missing"), WrongMember("name", "null", "name is missing"),
        WrongMember("name", "7", "name must be a string"), WrongMember("name", #""""#, name),
        WrongMember("name", #""a\u0007""#, name),
        WrongMember("name", #""a\u0085""#, name),
        WrongMember("name", "\"" + String(repeating: "字", count: 43) + "\"", name),
        WrongMember("starts", "", "starts is missing"),
        WrongMember("starts", "1782835200000", "starts must be a string"),
        WrongMember("starts", #""yesterday""#, "starts: " + time), WrongMember("ends", #""tomorrow""#, "ends: " + time),
        WrongMember("ends", "null", "ends is missing"), WrongMember("ends", "[]", "ends must be a string"),
        WrongMember("starts", #""-1""#, "starts: a time from 1970 to 9999 is allowed"),
        WrongMember("ends", #""253402300800000""#, "ends: a time from 1970 to 9999 is allowed"),
        WrongMember("ends", "\"\(Samples.startsText)\"", "ends: only a time after starts is allowed"),
        WrongMember("ends", #""5""#, "ends: only a time after starts is allowed"),
        WrongMember("merchants", "", "merchants is missing"),
        WrongMember("merchants", #""ALL""#, #"merchants must be "all" or an array of strings"#),
        WrongMember("merchants", "{}", #"merchants must be "all" or an array of strings"#),
        WrongMember("merchants", #"["1",2]"#, #"merchants must be "all" or an array of strings"#),
        WrongMember("merchants", "[]", merchants),
        WrongMember("merchants", "[\(thousand),\"1001\"]", merchants),
        WrongMember(
            "merchants", #"["19","18","19"]"#,
            "merchants: 19 stands there twice; every merchant may stand once"
        ),
        WrongMember("merchants", #"["19","1 8"]"#, "merchants[1]: 1 to 32 letters, digits, - or _ are allowed"),
        WrongMember("merchants", #"[""]"#, "merchants[0]: 1 to 32 letters, digits, - or _ are allowed"),
        WrongMember(
            "merchants", "[\"" + String(repeating: "1", count: 33) + "\"]",
            "merchants[0]: 1 to 32 letters, digits, - or _ are allowed"
        ),
        WrongMember("amount_min", "\"10\"", "amount_min must be an integer"),
        WrongMember("amount_min", "10.0", "amount_min must be an integer"),
        WrongMember("amount_min", "1e3", "amount_min must be an integer"),
        WrongMember("amount_min", "0", "amount_min: 1 to 1000000000000 fen are allowed"),
        WrongMember("amount_min", "1000000000001", "amount_min: 1 to 1000000000000 fen are allowed"),
        WrongMember("amount_min", "99999999999999999999", "amount_min: 1 to 1000000000000 fen are allowed"),
        WrongMember("campaign_id", #""winter""#, "campaign_id: only the one in the path is allowed"),
        WrongMember("campaign_id", "7", "campaign_id: only the one in the path is allowed"),
        WrongMember("budget", "1", #"unknown member "budget"; known are \#(known)"#),
        WrongMember("\\u0007x", "1", #"unknown member "?x"; known are \#(known)"#),
    ]

    private static let thousand = (1...1_000).map { "\"\($0)\"" }.joined(separator: ",")

    private static let allowed: [(member: String, text: String)] = [
        ("name", #""x""#), ("name", "\"" + String(repeating: "字", count: 42) + "ab\""), ("starts", #""0""#),
        ("ends", #""253402300799999""#), ("ends", "\"\(Samples.startsAtMillis + 1)\""),
        ("merchants", "[\(thousand)]"), ("merchants", #"["0123456789-abcdefghijk_ABCDEFGHI"]"#), ("amount_min", "1"),
        ("amount_min", "1000000000000"),
    ]

    @Test("a body with every member is read as it stands")
    func complete() throws {
        let value = try Samples.json(
            Samples.campaignMembers, ["merchants": #"["1900000002","1900000001"]"#, "campaign_id": #""summer""#])
        let campaign = try Campaign(json: value, id: "summer", millis: Samples.millis)
        #expect(campaign.id == "summer")
        #expect(campaign.name == "Summer")
        #expect(campaign.criteria.startsAtMillis == Samples.startsAtMillis)
        #expect(campaign.criteria.endsAtMillis == Samples.endsAtMillis)
        #expect(campaign.criteria.merchants.merchantIDs == ["1900000001", "1900000002"])
        #expect(campaign.criteria.amountMinFen == 1_000)
    }

    @Test("amount_min is 1 where it is missing or null", arguments: ["", "null"])
    func defaultAmount(text: String) throws {
        let value = try Samples.json(Samples.campaignMembers, ["amount_min": text])
        let campaign = try Campaign(json: value, id: "summer", millis: Samples.millis)
        #expect(campaign.criteria.amountMinFen == 1)
    }

    @Test("a wrong member is named, with what is allowed", arguments: wrongMembers)
    func wrongMember(wrong: WrongMember) throws {
        #expect(try Samples.campaignRefusal([wrong.member: wrong.text]) == wrong.sentence)
    }

    @Test("the smallest and longest values are allowed", arguments: allowed)
    func atTheLimit(member: String, text: String) throws {
        #expect(try Samples.campaignRefusal([member: text]) == nil)
    }

    @Test(
        "an id is letters, digits and ._- and begins with a letter or digit",
        arguments: [
            ("a", true), ("7", true), ("A.b_c-9", true), (String(repeating: "x", count: 64), true), ("", false),
            (String(repeating: "x", count: 65), false), (".a", false), ("-a", false), ("_a", false), ("a b", false),
            ("a/b", false), ("ä", false), ("a\u{212A}", false),
        ])
    func ids(id: String, isAllowed: Bool) throws {
        let sentence = "campaign_id: 1 to 64 letters, digits and ._- are allowed, the first a letter or digit"
        #expect(try Samples.campaignRefusal([:], id: id) == (isAllowed ? nil : sentence))
    }

    @Test("a body that is no object is refused", arguments: ["[]", "7", "null", "\"x\""])
    func notAnObject(text: String) throws {
        let value = try JSONValue.parse(Array(text.utf8))
        let sentence = Samples.refusal { () throws(CampaignError) in
            try Campaign(json: value, id: "summer", millis: Samples.millis)
        }
        #expect(sentence == "the body must be a JSON object")
    }

    @Test("a name of one endless character does not make an endless error")
    func longName() throws {
        let name = "a" + String(repeating: "\u{301}", count: 10_000)
        let sentence = try #require(try Samples.campaignRefusal([name: "1"]))
        #expect(sentence.utf8.count < 300)
    }

    @Test("what is written is read as the same campaign")
    func written() throws {
        for merchants in [nil, ["1900000002", "1900000001"]] {
            let campaign = try Samples.campaign(merchants: merchants)
            let text = Samples.written { campaign.write(into: &$0) { "\($0)" } }
            let value = try JSONValue.parse(Array(text.utf8))
            #expect(try Campaign(json: value, id: "summer", millis: Samples.millis) == campaign)
        }
        let text = Samples.written { (try? Samples.campaign())?.write(into: &$0) { "t\($0)" } }
        #expect(
            text == #"{"campaign_id":"summer","name":"Summer","starts":"t1782835200000","ends":"t1783440000000","#
                + #""merchants":"all","amount_min":1000}"#)
    }
}

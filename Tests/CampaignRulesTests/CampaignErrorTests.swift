import CampaignRules
import Testing

@Suite struct CampaignErrorTests {
    @Test(
        "an error says in one sentence what was wrong and what is allowed",
        arguments: [
            (.malformed("name is missing"), "name is missing"),
            (.invalid(member: "ends", allowed: "only later"), "ends: only later"),
            (.unknownMember("x", known: ["a", "b"]), #"unknown member "x"; known are a, b"#),
            (.tooMany(.campaign), "1000 campaigns are known, which is the most there may be"),
            (.tooMany(.promotion), "1000 promotions are known, which is the most there may be"),
            (
                .otherKind(expected: .campaign, found: .promotion),
                "the stored definition is a promotion; only a campaign is allowed here"
            ),
            (.notFound(.promotion, id: "summer"), "there is no promotion summer"),
            (.overloaded, "256 changes wait already; try again later"),
            (.damaged("the row is short"), "the row is short"), (.store("the store is full"), "the store is full"),
        ] as [(CampaignError, String)])
    func sentences(error: CampaignError, sentence: String) {
        #expect(error.description == sentence)
    }
}

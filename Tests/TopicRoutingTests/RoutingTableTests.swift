import MessageModel
import Testing
import TopicRouting

@Suite struct RoutingTableTests {
    private static func table(_ filters: [[String]]) throws -> RoutingTable<Int> {
        RoutingTable(
            try filters.enumerated().map { index, filter in
                RoutingTable<Int>.Route(target: 100 + index, filterTags: try filter.map { try MessageTag($0) })
            })
    }

    private static func tags(_ texts: String...) throws -> [MessageTag] { try texts.map { try MessageTag($0) } }

    @Test("a subscription without filter takes every message, one with tags those that carry one of them")
    func matching() throws {
        let table = try Self.table([[], ["a"], ["a", "b"], ["c"]])
        #expect(table.matches(try Self.tags()) == [0])
        #expect(table.matches(try Self.tags("a")) == [0, 1, 2])
        #expect(table.matches(try Self.tags("b")) == [0, 2])
        #expect(table.matches(try Self.tags("c", "b")) == [0, 2, 3])
        #expect(table.matches(try Self.tags("d", "e", "f", "g", "h")) == [0])
    }

    @Test("a message without tags matches only subscriptions without filter")
    func withoutTags() throws {
        #expect(try Self.table([["a"], ["b"]]).matches([]).isEmpty)
    }

    @Test("tags are compared whole and with their case")
    func whole() throws {
        let table = try Self.table([["paid"], ["Paid"], ["pai"], ["paid2"]])
        #expect(table.matches(try Self.tags("paid")) == [0])
    }

    @Test("tags that look alike but differ in bytes are different tags")
    func bytes() throws {
        let table = try Self.table([["\u{E9}"], ["e\u{301}"]])
        #expect(table.matches(try Self.tags("\u{E9}")) == [0])
        #expect(table.matches(try Self.tags("e\u{301}")) == [1])
    }

    @Test("routes keep the order of subscribing and their targets")
    func order() throws {
        let table = try Self.table([["z"], [], ["a", "z"]])
        #expect(table.matches(try Self.tags("z")).map { table.routes[$0].target } == [100, 101, 102])
    }

    @Test("a table tells whether tags need to be read at all")
    func takesEverything() throws {
        #expect(try Self.table([[], []]).takesEverything)
        #expect(try !Self.table([[], ["a"]]).takesEverything)
    }

    @Test("no subscriptions take nothing")
    func empty() throws {
        let table = try Self.table([])
        #expect(table.matches(try Self.tags("a")).isEmpty)
        #expect(table.matches([]).isEmpty)
        #expect(table.takesEverything)
    }

    @Test("every combination of three filter tags and three message tags agrees with the definition")
    func exhaustive() throws {
        let all = ["a", "b", "c"]
        func subset(_ bits: Int) -> [String] { all.indices.filter { bits >> $0 & 1 == 1 }.map { all[$0] } }
        let table = try Self.table((0..<8).map(subset))
        for message in 0..<8 {
            let tags = try subset(message).map { try MessageTag($0) }
            #expect(table.matches(tags) == (0..<8).filter { $0 == 0 || $0 & message != 0 })
        }
    }
}

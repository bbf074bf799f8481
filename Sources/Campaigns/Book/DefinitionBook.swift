internal import CampaignRules
public import Engine
public import MessageModel
public import TopicConsumer

/// A definition that is not closed, as orders meet it.
public struct OpenDefinition<Definition: KeptDefinition>: Sendable {
    /// Its number: never reused, so a definition made again under the same id begins at zero.
    public let number: UInt32
    /// The definition.
    public let definition: Definition
}

/// All definitions of one kind with their figures, and which orders were counted for them: what both services keep.
///
/// Owned by one actor and changed between its commits only. Definitions and figures are in memory; orders and payers stay in rows and are read for a
/// batch (``keysNeeded(for:)``, ``hold(_:)``). Every change is staged for the commit (``takeChanges()``). Its rows are a function of the orders in the
/// order of their queue and of the operator's changes: no clock is read, and nothing depends on where a batch ends. Sweeping only ever removes rows of
/// definitions that are closed or removed.
///
/// Invariants: `numbers` and `kept` name the same definitions; `index` holds exactly those that are not closed, and none of them closes before the
/// event clock reaches `nextClosingMillis`; a closed definition stays closed.
public struct DefinitionBook<Definition: KeptDefinition>: Sendable {
    struct Kept: Sendable {
        let number: UInt32
        var definition: Definition
        var figures: Definition.Figures
    }

    /// Where its rows are.
    let space: RowSpace
    var kept: [UInt32: Kept] = [:]
    var numbers: [String: UInt32] = [:]
    var index = CampaignIndex<OpenDefinition<Definition>>(
        [], id: \.definition.id, merchants: \.definition.criteria.merchants)
    var nextClosingMillis = Int64.max
    var nextNumber: UInt32 = 1
    /// Removed definitions whose rows are not all swept.
    var removed: Set<UInt32> = []
    /// Closed definitions found without rows since the start.
    var swept: Set<UInt32> = []
    var rows = StagedRows()
    /// The event clock: the latest moment an order was paid at, Unix milliseconds. It orders nothing but the closing of definitions.
    public internal(set) var clockMillis: Int64 = 0
    /// What was set aside.
    public var setAside: SetAsideLedger

    /// An empty book over the state rows of a consumer.
    public init(consumer: ConsumerID) {
        space = .state(consumer)
        setAside = SetAsideLedger(space: space, prefix: KeeperRows.setAsideKind)
    }

    /// Definitions known.
    public var definitionCount: Int { kept.count }

    /// A definition with its figures; nil where there is none of that id.
    public func standing(id: String) -> (definition: Definition, figures: Definition.Figures)? {
        numbers[id].flatMap { kept[$0] }.map { ($0.definition, $0.figures) }
    }

    /// Definitions with their figures in ascending order of id, from the first whose id is greater than `after`.
    public func standings(
        after: String, countMax: Int
    ) -> [(definition: Definition, figures: Definition.Figures)] {
        numbers.keys.filter { $0 > after }.sorted().prefix(max(countMax, 0)).compactMap(standing(id:))
    }

    /// Rows that wait for a commit.
    public var changeCount: Int { rows.count + setAside.changeCount }

    /// Hands over the rows that changed since the last call, in key order.
    public mutating func takeChanges() -> [RowChange] {
        rows.takeChanges(space: space) + setAside.takeChanges()
    }

    /// Whether nothing counts for the definition any more. True for ever once it is.
    func isClosed(_ definition: Definition) -> Bool { clockMillis >= Self.closingMillis(definition) }

    static func closingMillis(_ definition: Definition) -> Int64 {
        definition.criteria.endsAtMillis + KeeperLimits.closedAfterMillis
    }

    /// Builds the index of what is not closed.
    mutating func reindex() {
        let open = kept.values.filter { !isClosed($0.definition) }
        index = CampaignIndex(
            open.map { OpenDefinition(number: $0.number, definition: $0.definition) }, id: \.definition.id,
            merchants: \.definition.criteria.merchants)
        nextClosingMillis = open.map { Self.closingMillis($0.definition) }.min() ?? .max
    }

    mutating func stageControl() {
        rows.put(KeeperRows.controlKey, KeeperRows.control(nextNumber: nextNumber, clockMillis: clockMillis))
    }
}

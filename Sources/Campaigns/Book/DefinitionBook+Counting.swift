internal import CampaignRules
public import MessageModel
internal import PaymentNotice
public import TopicConsumer

extension DefinitionBook {
    /// Keys of the rows that these orders may need, each once.
    public func keysNeeded(for orders: some Sequence<ConsumedOrder>) -> Set<Bytes> {
        var keys: Set<Bytes> = []
        for order in orders {
            for open in admitting(order) {
                keys.insert(KeeperRows.orderKey(open.number, transactionID: order.message.transactionID))
                keys.insert(KeeperRows.payerKey(open.number, payer: order.message.payer))
            }
        }
        return keys
    }

    /// Begins a batch: these are the rows it will need, nil where there is none.
    ///
    /// - Throws: ``MessageModel/BrokerError/corrupted(_:)`` for one that cannot be read.
    public mutating func hold(_ found: [Bytes: Bytes?]) throws(BrokerError) {
        for (key, value) in found {
            guard let value, !KeeperRows.isReadable(key: key, value: value) else { continue }
            throw .corrupted("\(Definition.kind.rawValue)s: the row of an order or a payer")
        }
        rows.hold(found)
    }

    /// Moves the event clock on to an order and says for which definitions it counts, in ascending order of id: those that are open, admit it and
    /// have not met it before.
    public mutating func met(_ order: ConsumedOrder) -> [OpenDefinition<Definition>] {
        if order.paidAtMillis > clockMillis {
            clockMillis = order.paidAtMillis
            stageControl()
            if clockMillis >= nextClosingMillis { reindex() }
        }
        return admitting(order).filter {
            rows.value(KeeperRows.orderKey($0.number, transactionID: order.message.transactionID)) == nil
        }
    }

    /// A definition's figures.
    public func figures(of open: OpenDefinition<Definition>) -> Definition.Figures {
        guard let known = kept[open.number] else { preconditionFailure("an open definition that is not kept") }
        return known.figures
    }

    /// Orders or grants that the order's payer has with a definition.
    public func payerCount(of open: OpenDefinition<Definition>, _ order: ConsumedOrder) -> Int64 {
        rows.value(KeeperRows.payerKey(open.number, payer: order.message.payer)).flatMap(KeeperRows.payerCount) ?? 0
    }

    /// Remembers for ever that a definition has met the order, and what came of it.
    ///
    /// - Parameters:
    ///   - figures: the definition's figures from now on.
    ///   - rewardFen: what was granted; nil where nothing is.
    ///   - payerCount: what ``payerCount(of:_:)`` answers from now on; nil where it stays.
    public mutating func remember(
        _ order: ConsumedOrder, in open: OpenDefinition<Definition>, figures: Definition.Figures,
        rewardFen: Int64? = nil, payerCount: Int64? = nil
    ) {
        let orderKey = KeeperRows.orderKey(open.number, transactionID: order.message.transactionID)
        rows.putKnown(orderKey, KeeperRows.order(rewardFen: rewardFen))
        if let payerCount {
            let payerKey = KeeperRows.payerKey(open.number, payer: order.message.payer)
            rows.putKnown(payerKey, KeeperRows.payer(count: payerCount))
        }
        kept[open.number]?.figures = figures
        rows.put(KeeperRows.figuresKey(open.number), Bytes(figures.encoded()))
    }

    private func admitting(_ order: ConsumedOrder) -> [OpenDefinition<Definition>] {
        index.candidates(merchantID: order.message.merchantID).filter {
            $0.definition.criteria.admits(
                merchantID: order.message.merchantID, amountFen: order.message.amount, paidAtMillis: order.paidAtMillis)
        }
    }
}

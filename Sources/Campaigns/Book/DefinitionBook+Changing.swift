public import CampaignRules
internal import MessageModel

extension DefinitionBook {
    /// Makes a definition, or changes the one of that id; its figures and the orders counted for it stay.
    ///
    /// - Returns: whether it is new.
    /// - Throws: ``CampaignRules/CampaignError``: too many of them, too many for one merchant, an end that would open a closed one again, or what
    ///   ``KeptDefinition/check(mayKeep:)`` refuses. Nothing was changed.
    public mutating func put(_ definition: Definition) throws(CampaignError) -> Bool {
        guard let number = numbers[definition.id], let known = kept[number] else {
            try make(definition)
            return true
        }
        guard known.definition != definition else { return false }
        try definition.check(mayKeep: known.figures)
        // What was counted for a closed one may be swept already: counting again would count twice.
        guard !isClosed(known.definition) || isClosed(definition) else {
            throw .invalid(
                member: "ends",
                allowed:
                    "the \(Definition.kind.rawValue) is closed, no later end is allowed; remove it and make it anew")
        }
        try checkRoom(for: definition, insteadOf: number)
        stageParts(definition, number, insteadOf: known.definition)
        kept[number]?.definition = definition
        reindex()
        return false
    }

    /// Forgets a definition and its figures; the rows of its orders and payers are left to the sweep.
    ///
    /// - Returns: false where there was none.
    /// - Throws: ``CampaignRules/CampaignError/store(_:)`` where ``KeeperLimits/removedCountMax`` removed ones are not swept yet.
    public mutating func remove(id: String) throws(CampaignError) -> Bool {
        guard let number = numbers[id], let known = kept[number] else { return false }
        guard removed.count < KeeperLimits.removedCountMax else {
            throw .store(
                "\(removed.count) removed \(Definition.kind.rawValue)s are being cleared away; try again later")
        }
        for part in KeeperRows.parts(known.definition, number) { rows.put(part.key, nil) }
        rows.put(KeeperRows.figuresKey(number), nil)
        rows.put(KeeperRows.removedKey(number), Bytes([KeeperRows.version]))
        numbers[id] = nil
        kept[number] = nil
        removed.insert(number)
        swept.remove(number)
        reindex()
        return true
    }

    private mutating func make(_ definition: Definition) throws(CampaignError) {
        guard kept.count < Definition.kind.countMax, nextNumber < .max else { throw .tooMany(Definition.kind) }
        try checkRoom(for: definition, insteadOf: nil)
        let number = nextNumber
        nextNumber += 1
        let figures = Definition.Figures()
        kept[number] = Kept(number: number, definition: definition, figures: figures)
        numbers[definition.id] = number
        stageControl()
        stageParts(definition, number, insteadOf: nil)
        rows.put(KeeperRows.figuresKey(number), Bytes(figures.encoded()))
        reindex()
    }

    private mutating func stageParts(_ definition: Definition, _ number: UInt32, insteadOf old: Definition?) {
        // Deleted first, then written over: what is left deleted are the parts the new one does not have.
        for part in old.map({ KeeperRows.parts($0, number) }) ?? [] { rows.put(part.key, nil) }
        for part in KeeperRows.parts(definition, number) { rows.put(part.key, part.value) }
    }

    /// Refuses what would make one order lead to more parts than a commit has room for.
    private func checkRoom(for definition: Definition, insteadOf number: UInt32?) throws(CampaignError) {
        guard !isClosed(definition) else { return }
        let countMax = Definition.perMerchantCountMax
        for merchantID in definition.criteria.merchants.merchantIDs ?? namedMerchants {
            let others = index.candidates(merchantID: merchantID).lazy.filter { $0.number != number }
            guard others.count >= countMax else { continue }
            throw .invalid(
                member: "merchants",
                allowed:
                    "\(countMax) \(Definition.kind.rawValue)s concern merchant \(merchantID) already, no more are allowed"
            )
        }
        let forAll = index.candidates(merchantID: "").lazy.filter { $0.number != number }
        guard forAll.count < countMax else {
            throw .invalid(
                member: "merchants",
                allowed: "\(countMax) \(Definition.kind.rawValue)s concern all merchants already, no more are allowed")
        }
    }

    /// Every merchant that a definition which is not closed names.
    private var namedMerchants: [String] {
        Set(index.all.lazy.flatMap { $0.definition.criteria.merchants.merchantIDs ?? [] }).sorted()
    }
}

internal import Engine
internal import LMDB
internal import MessageModel

extension GroupPlan {
    /// Puts a merged block and row in the place of the rows it was made from, where every one of them is still what it was; false where
    /// one is not. No count of the queue changes but that of acknowledged members, whose rows go.
    func compact(_ compaction: Compaction, _ transaction: borrowing WriteTransaction) throws(PlanFault) -> Bool {
        guard let state = directory.state(compaction.queue) else { return false }
        let plan = queue(state)
        for source in compaction.sources {
            guard source.id.first >= plan.counters.floor, !plan.counters.isRewinding(source.id.first),
                try readableEntry(source.id, transaction) == source.row
            else { return false }
        }
        for source in compaction.sources {
            plan.counters.kept -= min(UInt64(source.row.acknowledged.count), plan.counters.kept)
            try dropOwner(of: source.row, transaction)
            entries[source.id] = .some(nil)
        }
        let block = addMergedBlock(compaction.packed)
        var (id, row) = compaction.row(block: block)
        row.generation = plan.counters.rewindGeneration
        entries[id] = .some(row)
        for due in dueIDs(of: row, id) { dueAdded[due] = id.first }
        plan.moved = compaction.survivors.enumerated().map { member, survivor in
            MovedMember(sequence: survivor.sequence, rowFirst: id.first, member: member)
        }
        return true
    }

    /// Gives a merged block an id; it counts as entered nowhere, because each of its slots says where it did.
    private func addMergedBlock(_ packed: PackedBlock) -> UInt64 {
        let block = SealedBlock(merged: packed, id: store.nextBlock, at: now)
        store.nextBlock += 1
        store.payloadPages += UInt64(PartLayout.pages(of: block.parts))
        sealedBlocks.append(block)
        return block.id
    }
}

/// A message whose index row is another one after a compaction.
struct MovedMember {
    let sequence: SequenceNumber
    let rowFirst: SequenceNumber
    let member: Int
}

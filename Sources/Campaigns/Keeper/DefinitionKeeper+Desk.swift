public import CampaignRules
internal import MessageModel
internal import TopicConsumer

extension DefinitionKeeper {
    /// A definition with its figures.
    public typealias Standing = (definition: Definition, figures: Definition.Figures)

    /// Makes or changes a definition between two batches. Durable when this returns.
    public func putDefinition(
        _ definition: Definition
    ) async throws(CampaignError) -> (standing: Standing, isNew: Bool) {
        let result = try await changing { (keeper) throws(CampaignError) in
            let isNew = try keeper.book.put(definition)
            return (try keeper.standing(id: definition.id), isNew)
        }
        // A changed window may have closed it.
        sweepSignal.raise()
        return result
    }

    /// One definition as the rows have it.
    public func getDefinition(id: String) async throws(CampaignError) -> Standing {
        try await changing { (keeper) throws(CampaignError) in try keeper.standing(id: id) }
    }

    /// Definitions as the rows have them, in ascending order of id.
    public func listDefinitions(after: String, countMax: Int) async throws(CampaignError) -> [Standing] {
        try await changing { (keeper) throws(CampaignError) in keeper.book.standings(after: after, countMax: countMax) }
    }

    /// Forgets a definition between two batches. Durable when this returns.
    public func removeDefinition(id: String) async throws(CampaignError) -> Bool {
        let wasThere = try await changing { (keeper) throws(CampaignError) in try keeper.book.remove(id: id) }
        if wasThere { sweepSignal.raise() }
        return wasThere
    }

    private func standing(id: String) throws(CampaignError) -> Standing {
        guard let standing = book.standing(id: id) else { throw .notFound(Definition.kind, id: id) }
        return standing
    }

    /// Reads wait for their turn too: memory between two batches is what the rows say, and is loaded.
    private func changing<Result: Sendable>(
        _ body: (isolated Self) async throws(CampaignError) -> Result
    ) async throws(CampaignError) -> Result {
        do throws(ConsumerChangeError<CampaignError>) {
            return try await change(body)
        } catch {
            switch error {
            case .refused(let refusal): throw refusal
            case .overloaded: throw .overloaded
            case .store(let reason): throw .store(reason.description)
            }
        }
    }
}

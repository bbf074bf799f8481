internal import BoundedJSON
internal import TradeBill

/// The row of one day: how the last run that gave a report ended, and where the report's parts are.
///
/// Value: JSON, far below the 2,000 bytes of a state row. Members are only ever added.
struct ReportHead: Sendable, Equatable {
    var standing: ReconciliationStanding
    /// Which parts are the report's: a new report gets new ones, so that old and new are never mixed.
    var generation: Int64
    var partCount: Int64
    /// SHA-256 of the report's JSON: a run that comes to the same changes nothing.
    var digest: String

    func encode() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("date", standing.day.description)
        writer.member("state", standing.state.rawValue)
        writer.member("started_at", standing.startedAtMillis)
        writer.member("ended_at", standing.endedAtMillis ?? 0)
        writer.member("clean", standing.isClean)
        writer.member("generation", generation)
        writer.member("parts", partCount)
        writer.member("digest", digest)
        standing.classes.write(into: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Nil where the bytes are no such row.
    init?(_ bytes: [UInt8]) {
        guard let root = try? JSONValue.parse(bytes), let day = root["date"]?.string.flatMap({ BeijingDay($0) }),
            let state = root["state"]?.string.flatMap(ReconciliationStanding.State.init),
            let started = root["started_at"]?.int64, let ended = root["ended_at"]?.int64,
            let clean = root["clean"]?.bool, let generation = root["generation"]?.int64,
            let partCount = root["parts"]?.int64, let digest = root["digest"]?.string,
            let classes = ClassTallies(root["classes"])
        else { return nil }
        self.init(
            standing: ReconciliationStanding(
                day: day, state: state, startedAtMillis: started, endedAtMillis: ended, hasReport: true,
                classes: classes, isClean: clean), generation: generation, partCount: partCount, digest: digest)
    }

    init(standing: ReconciliationStanding, generation: Int64, partCount: Int64, digest: String) {
        self.standing = standing
        self.generation = generation
        self.partCount = partCount
        self.digest = digest
    }
}

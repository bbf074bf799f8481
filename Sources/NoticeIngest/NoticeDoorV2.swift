public import Engine
public import HTTPDataPlane

/// The path of API v2 notices: the same store, figures and bounds as the door for API v3, with the XML answers v2 expects. Thread-safe.
public struct NoticeDoorV2<E: Engine>: DataPlaneHandler {
    let ingest: NoticeIngest<E>

    /// Takes the requests of one event-loop turn.
    public func handle(_ batch: [DataPlaneExchange]) { ingest.handleV2(batch) }
}

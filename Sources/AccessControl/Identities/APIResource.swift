/// What a call acts upon, for a key's grants.
public enum APIResource: Sendable, Hashable {
    /// A queue, by name.
    case queue(String)
    /// A topic, by name.
    case topic(String)
    /// No entity in particular: a list of all of them. Needs the pattern `*` for queues or for topics, whichever the action lists.
    case all
}

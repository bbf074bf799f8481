/// What a call was about, for errors that mean one thing for a queue and another for a topic.
enum FaultPlace: Sendable, CaseIterable {
    case queue
    case topic
    case subscription
}

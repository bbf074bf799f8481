internal import NIOCore

/// The answers of one connection in the order of its requests: a place is taken per request and filled when it is answered.
struct AnswerQueue {
    /// One place.
    struct Place {
        let isHead: Bool
        let closesAfter: Bool
        var response: DataPlaneResponse?
        /// Told what became of the answer.
        var whenWritten: (@Sendable (Bool) -> Void)?
    }

    private var places = CircularBuffer<Place>()
    /// The sequence number of the first place.
    private var firstSequence: UInt64 = 0

    /// Takes the next place and returns its sequence number.
    mutating func reserve(isHead: Bool, closesAfter: Bool) -> UInt64 {
        places.append(Place(isHead: isHead, closesAfter: closesAfter, response: nil))
        return firstSequence + UInt64(places.count) - 1
    }

    /// Fills a place; false for numbers that were never given or are done.
    @discardableResult
    mutating func fill(
        _ sequence: UInt64, with response: DataPlaneResponse, whenWritten: (@Sendable (Bool) -> Void)? = nil
    ) -> Bool {
        guard sequence >= firstSequence, sequence - firstSequence < UInt64(places.count) else { return false }
        let index = places.index(places.startIndex, offsetBy: Int(sequence - firstSequence))
        places[index].response = response
        places[index].whenWritten = whenWritten
        return true
    }

    /// Takes the first place out when it is filled.
    mutating func popReady() -> Place? {
        guard places.first?.response != nil else { return nil }
        firstSequence += 1
        return places.popFirst()
    }

    /// Gives up all places, and tells whoever asked that its answer is not written.
    mutating func removeAll() {
        let given = places
        firstSequence += UInt64(places.count)
        places.removeAll()
        for place in given { place.whenWritten?(false) }
    }
}

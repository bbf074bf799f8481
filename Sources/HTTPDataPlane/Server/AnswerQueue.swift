internal import NIOCore

/// The answers of one connection in the order of its requests: a place is taken per request and filled when it is answered.
struct AnswerQueue {
    /// One place.
    struct Place {
        let isHead: Bool
        let closesAfter: Bool
        var response: DataPlaneResponse?
    }

    private var places = CircularBuffer<Place>()
    /// The sequence number of the first place.
    private var firstSequence: UInt64 = 0

    /// Takes the next place and returns its sequence number.
    mutating func reserve(isHead: Bool, closesAfter: Bool) -> UInt64 {
        places.append(Place(isHead: isHead, closesAfter: closesAfter, response: nil))
        return firstSequence + UInt64(places.count) - 1
    }

    /// Fills a place; numbers that were never given or are done are ignored.
    mutating func fill(_ sequence: UInt64, with response: DataPlaneResponse) {
        guard sequence >= firstSequence, sequence - firstSequence < UInt64(places.count) else { return }
        let index = places.index(places.startIndex, offsetBy: Int(sequence - firstSequence))
        places[index].response = response
    }

    /// Takes the first place out when it is filled.
    mutating func popReady() -> Place? {
        guard places.first?.response != nil else { return nil }
        firstSequence += 1
        return places.popFirst()
    }

    /// Gives up all places.
    mutating func removeAll() {
        firstSequence += UInt64(places.count)
        places.removeAll()
    }
}

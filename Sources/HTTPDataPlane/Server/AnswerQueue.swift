internal import NIOCore

/// The answers of one connection in the order of its requests: a place is taken per request and filled when it is answered.
struct AnswerQueue {
    /// One place.
    struct Place {
        let isHead: Bool
        /// The client speaks HTTP/1.0, which has no chunks.
        let isOld: Bool
        var closesAfter: Bool
        var response: DataPlaneResponse?
        /// The answer, where it is streamed.
        var stream: StreamedAnswer?
        /// Told what became of the answer.
        var whenWritten: (@Sendable (Bool) -> Void)?

        /// Not answered, nor begun to be.
        var isOpen: Bool { response == nil && stream == nil }
    }

    private var places = CircularBuffer<Place>()
    /// The sequence number of the first place.
    private var firstSequence: UInt64 = 0

    /// Takes the next place and returns its sequence number.
    mutating func reserve(isHead: Bool, closesAfter: Bool, isOld: Bool = false) -> UInt64 {
        places.append(Place(isHead: isHead, isOld: isOld, closesAfter: closesAfter, response: nil))
        return firstSequence + UInt64(places.count) - 1
    }

    /// Fills a place; false for numbers that were never given or are done, and where an answer is there or has begun.
    @discardableResult
    mutating func fill(
        _ sequence: UInt64, with response: DataPlaneResponse, whenWritten: (@Sendable (Bool) -> Void)? = nil
    ) -> Bool {
        guard let index = index(of: sequence), places[index].isOpen else { return false }
        places[index].response = response
        places[index].whenWritten = whenWritten
        return true
    }

    /// Takes the first place out when it is filled.
    mutating func popReady() -> Place? {
        guard places.first?.response != nil else { return nil }
        return popFirst()
    }

    private func index(of sequence: UInt64) -> CircularBuffer<Place>.Index? {
        guard sequence >= firstSequence, sequence - firstSequence < UInt64(places.count) else { return nil }
        return places.index(places.startIndex, offsetBy: Int(sequence - firstSequence))
    }

    // MARK: Streamed answers

    /// The first place.
    var first: Place? { places.first }

    /// Begins a streamed answer; it fails where its place is gone or answered.
    mutating func begin(_ sequence: UInt64, _ answer: StreamedAnswer) {
        guard let index = index(of: sequence), places[index].isOpen else { return answer.fail() }
        places[index].stream = answer
    }

    /// The streamed answer at a place.
    func stream(_ sequence: UInt64) -> StreamedAnswer? { index(of: sequence).flatMap { places[$0].stream } }

    /// Puts a whole answer where a streamed one was to come.
    mutating func replaceStream(_ sequence: UInt64, with response: DataPlaneResponse) {
        guard let index = index(of: sequence) else { return }
        places[index].stream = nil
        places[index].response = response
        places[index].closesAfter = true
    }

    /// The connection ends behind this answer.
    mutating func setLast(_ sequence: UInt64) {
        if let index = index(of: sequence) { places[index].closesAfter = true }
    }

    /// The connection ends behind the first answer.
    mutating func setFirstLast() { setLast(firstSequence) }

    /// Takes the first place out.
    @discardableResult
    mutating func popFirst() -> Place? {
        guard let place = places.popFirst() else { return nil }
        firstSequence += 1
        return place
    }

    /// Gives up all places, and tells whoever asked that its answer is not written.
    mutating func removeAll() {
        let given = places
        firstSequence += UInt64(places.count)
        places.removeAll()
        for place in given {
            place.whenWritten?(false)
            place.stream?.fail()
        }
    }
}

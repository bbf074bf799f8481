/// The order in which parameters are signed.
enum FormOrder {
    /// Indices of `pairs` in byte order of their names: upper case before lower case, `.10` before `.2`.
    static func byName(_ pairs: [CMQForm.Pair], in buffer: [UInt8]) -> [Int] {
        sorted(pairs.count) { left, right in precedes(buffer, pairs[left].name, pairs[right].name) }
    }

    /// As ``byName(_:in:)``, each `_` of a name taken for a `.` before the comparison, as the older signature of API 3.0 does.
    static func byNameWithDots(_ pairs: [CMQForm.Pair], in buffer: [UInt8]) -> [Int] {
        let dotted = buffer.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: ".") : $0 }
        return sorted(pairs.count) { left, right in precedes(dotted, pairs[left].name, pairs[right].name) }
    }

    /// Sorts by insertion: there are a dozen of them, and clients often send them nearly sorted.
    private static func sorted(_ count: Int, by precedes: (Int, Int) -> Bool) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(count)
        for index in 0..<count {
            var place = order.count
            order.append(index)
            while place > 0, precedes(index, order[place - 1]) {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = index
        }
        return order
    }

    private static func precedes(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        for offset in 0..<min(left.count, right.count) {
            let (one, other) = (bytes[left.lowerBound + offset], bytes[right.lowerBound + offset])
            if one != other { return one < other }
        }
        return left.count < right.count
    }
}

extension CMQForm {
    /// Refuses a name that is there twice, blanks around it ignored.
    func refuseRepeatedNames() throws(CMQFault) {
        var hasBlanks = false
        for place in order.indices {
            let pair = pairs[order[place]]
            if pair.name.count != pair.trimmedName.count { hasBlanks = true }
            guard place > 0 else { continue }
            if buffer[pairs[order[place - 1]].name] == buffer[pair.name] {
                throw .repeatedParameter(shownName(order[place]))
            }
        }
        guard hasBlanks else { return }
        for later in pairs.indices.dropFirst() {
            for earlier in 0..<later where buffer[pairs[earlier].trimmedName] == buffer[pairs[later].trimmedName] {
                throw .repeatedParameter(shownName(later))
            }
        }
    }
}

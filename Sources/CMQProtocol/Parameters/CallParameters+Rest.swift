extension CallParameters {
    /// Refuses what nobody asked for, and texts that hide a parameter. Call when everything was read.
    ///
    /// - Throws: 10320, 10110.
    func finish() throws(CMQFault) {
        switch source {
        case .form(let form):
            for index in form.pairs.indices where !isUsed(index) { throw .unknownParameter(form.shownName(index)) }
            if form.hasAmpersandInValue { try refuseRegroupedText(form) }
        case .json(let members):
            for index in members.indices where !isUsed(index) {
                throw .unknownParameter(CMQFault.quoted(members[index].key))
            }
        }
    }

    /// Refuses a value that holds `&name=` of a parameter that this call would take and does not have, where it would be signed at that place.
    ///
    /// The signed text does not escape values: `msgBody.0` = `a&msgBody.1=b` signs like two messages `a` and `b`, so whoever saw the one request
    /// could send the other (`reliability.md` rule 29). Both cannot be refused, so the odder one is; any other `&` in a value is fine. Before the
    /// next element of a list its own name is refused too: the end of one body would be the beginning of the next.
    private func refuseRegroupedText(_ form: CMQForm) throws(CMQFault) {
        for (place, index) in form.order.enumerated() {
            let pair = form.pairs[index]
            let value = form.buffer[pair.value]
            guard value.contains(UInt8(ascii: "&")) else { continue }
            let next = place + 1 < form.order.count ? form.buffer[form.pairs[form.order[place + 1]].name] : nil
            for piece in value.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).dropFirst() {
                guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let name = piece[..<equals]
                guard form.buffer[pair.name].lexicographicallyPrecedes(name) else { continue }
                if let next, name.elementsEqual(next) {
                    guard isElement(name) else { continue }
                } else {
                    guard next.map({ name.lexicographicallyPrecedes($0) }) ?? true, takes(name) else { continue }
                }
                throw .invalidValue(
                    form.shownName(index), "&\(CMQFault.quoted(name))= within it signs like a parameter of its own")
            }
        }
    }

    /// Whether a parameter of that name would be read, blanks around it ignored, as they are when a parameter is looked up.
    private func takes(_ piece: ArraySlice<UInt8>) -> Bool {
        var name = piece
        while let first = name.first, first == UInt8(ascii: " ") || first == 9 { name = name.dropFirst() }
        while let last = name.last, last == UInt8(ascii: " ") || last == 9 { name = name.dropLast() }
        return askedNames.contains(where: { name.elementsEqual($0.utf8) }) || isElement(name)
    }

    /// Whether a parameter of that name would be read as an element of a list.
    private func isElement(_ name: ArraySlice<UInt8>) -> Bool {
        askedLists.contains { list in
            let prefix = list.utf8
            guard name.count > prefix.count + 1, name.starts(with: prefix) else { return false }
            let rest = name.dropFirst(prefix.count)
            return rest.first == UInt8(ascii: ".") && Self.canonicalIndex(rest.dropFirst()) != nil
        }
    }
}

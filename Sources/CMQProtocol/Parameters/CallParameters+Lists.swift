internal import BoundedJSON

extension CallParameters {
    /// The texts of a list in the order of their indices: `name.N` in a form, where N counts from 0 or from 1 without a gap; nil where there is none.
    ///
    /// - Throws: 10370 more than `countMax`, 10380 a gap, 10310 an index that is no number, 10360 an element that is no text.
    mutating func list(_ name: String, countMax: Int) throws(CMQFault) -> [ArraySlice<UInt8>]? {
        noteList(name)
        switch source {
        case .form(let form):
            return try elements(of: name, in: form, countMax: countMax)
        case .json(let members):
            guard let index = find(name), !members[index].value.isNull else { return nil }
            guard let values = members[index].value.array else { throw .wrongType(name, "a list of texts is allowed") }
            guard values.count <= countMax else { throw .batchSize(name, "at most \(countMax)") }
            var texts: [ArraySlice<UInt8>] = []
            texts.reserveCapacity(values.count)
            for value in values {
                guard let bytes = value.stringBytes else { throw .wrongType(name, "a list of texts is allowed") }
                texts.append(bytes[...])
            }
            return texts
        }
    }

    private mutating func elements(
        of name: String, in form: CMQForm, countMax: Int
    ) throws(CMQFault) -> [ArraySlice<UInt8>]? {
        var found: [(index: Int, value: ArraySlice<UInt8>)] = []
        for (place, pair) in form.pairs.enumerated() {
            guard let digits = form.suffix(of: pair, behind: name) else { continue }
            guard let index = Self.canonicalIndex(digits) else { throw .invalidKey(form.shownName(place)) }
            use(place)
            found.append((index, form.buffer[pair.value]))
        }
        guard !found.isEmpty else { return nil }
        guard found.count <= countMax else { throw .batchSize(name, "at most \(countMax)") }
        found.sort { $0.index < $1.index }
        guard found[0].index <= 1, found[found.count - 1].index - found[0].index == found.count - 1 else {
            throw .indexGap(name)
        }
        return found.map(\.value)
    }

    /// Takes a list of objects whose members are texts or lists of texts, as API 3.0 has them for resource tags and filters, without reading it;
    /// in a form their members are named `name.N.member`.
    ///
    /// - Returns: whether the list has an element.
    mutating func passObjects(_ name: String, members names: [String]) throws(CMQFault) -> Bool {
        switch source {
        case .form(let form):
            var isFound = false
            for (place, pair) in form.pairs.enumerated() {
                guard let rest = form.suffix(of: pair, behind: name) else { continue }
                let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                let isKnown =
                    parts.count >= 2 && parts.count <= 3 && Self.canonicalIndex(parts[0]) != nil
                    && names.contains(where: { parts[1].elementsEqual($0.utf8) })
                    && (parts.count == 2 || Self.canonicalIndex(parts[2]) != nil)
                guard isKnown else { throw .invalidKey(form.shownName(place)) }
                use(place)
                isFound = true
            }
            return isFound
        case .json(let members):
            guard let index = find(name), !members[index].value.isNull else { return false }
            guard let objects = members[index].value.array else {
                throw .wrongType(name, "a list of objects is allowed")
            }
            guard objects.count <= CMQLimits.nameListCountMax else {
                throw .batchSize(name, "at most \(CMQLimits.nameListCountMax)")
            }
            for object in objects {
                guard let own = object.members else { throw .wrongType(name, "a list of objects is allowed") }
                for member in own where !names.contains(member.key) {
                    throw .unknownParameter("\(name).\(CMQFault.quoted(member.key))")
                }
            }
            return !objects.isEmpty
        }
    }

    /// An index as clients write it: 0 to 9999, no leading zero.
    static func canonicalIndex(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.count <= 4, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        return DecimalText.number(digits).map { Int($0) }
    }
}

extension CMQForm {
    /// What follows `name.` in a pair's name; nil where the name begins otherwise.
    func suffix(of pair: Pair, behind name: String) -> ArraySlice<UInt8>? {
        let byteCount = name.utf8.count
        let own = buffer[pair.trimmedName]
        guard own.count > byteCount, own[own.startIndex + byteCount] == UInt8(ascii: ".") else { return nil }
        guard own.prefix(byteCount).elementsEqual(name.utf8) else { return nil }
        return own.dropFirst(byteCount + 1)
    }
}

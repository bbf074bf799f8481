internal import BoundedJSON

/// The parameters of one call, from a form or a JSON object, handed out by name; what nobody asked for is refused at the end.
///
/// API 3.0 spells API 2.0's names with a capital: readers that serve both ask for ``spelled(_:)``. Texts of a form share its buffer.
struct CallParameters {
    enum Source {
        case form(CMQForm)
        case json([(key: String, value: JSONValue)])
    }

    let source: Source
    /// Whether names begin with a capital: API 3.0.
    let isAPI3: Bool
    /// One bit for each parameter that was asked for.
    private(set) var used: UInt64 = 0
    /// What was asked for, where the end must know it: see ``refuseRegroupedText()``.
    private(set) var askedNames: [String] = []
    private(set) var askedLists: [String] = []
    private let keepsAsked: Bool

    /// Parameters of a form.
    init(form: CMQForm, isAPI3: Bool = false) {
        source = .form(form)
        self.isAPI3 = isAPI3
        keepsAsked = form.hasAmpersandInValue
    }

    /// Parameters of a JSON object: API 3.0.
    ///
    /// - Throws: 10370 more than ``CMQLimits/parameterCountMax``.
    init(object: JSONValue) throws(CMQFault) {
        let members = object.members ?? []
        guard members.count <= CMQLimits.parameterCountMax else {
            throw .batchSize("request", "at most \(CMQLimits.parameterCountMax) parameters")
        }
        source = .json(members)
        isAPI3 = true
        keepsAsked = false
    }

    /// A parameter's name in this call's API.
    func spelled(_ name: String) -> String {
        isAPI3 ? name.prefix(1).uppercased() + name.dropFirst() : name
    }

    /// Takes parameters as known whose values are read elsewhere.
    mutating func passCommon(_ names: [String]) {
        for name in names { _ = find(name) }
    }

    /// The text of a parameter; nil where there is none.
    mutating func text(_ name: String) throws(CMQFault) -> ArraySlice<UInt8>? {
        guard let index = find(name) else { return nil }
        switch source {
        case .form(let form): return form.buffer[form.pairs[index].value]
        case .json(let members):
            if members[index].value.isNull { return nil }
            guard let bytes = members[index].value.stringBytes else { throw .wrongType(name, "text is allowed") }
            return bytes[...]
        }
    }

    /// The text of a parameter that must be there; it may be empty.
    mutating func required(_ name: String) throws(CMQFault) -> ArraySlice<UInt8> {
        guard let text = try text(name) else { throw .missingParameter(name) }
        return text
    }

    /// A whole number; nil where there is none.
    ///
    /// - Parameter fault: what a number outside `range` is, 10350 where nil.
    /// - Throws: 10360 no number.
    mutating func number(
        _ name: String, _ range: ClosedRange<UInt64>, orElse fault: CMQFault? = nil
    ) throws(CMQFault) -> UInt64? {
        guard let index = find(name) else { return nil }
        let number: UInt64?
        switch source {
        case .form(let form):
            let text = form.buffer[form.pairs[index].value]
            if text.first == UInt8(ascii: "-"), DecimalText.number(text.dropFirst()) != nil {
                number = nil
            } else if let value = DecimalText.number(text) {
                number = value
            } else {
                throw .wrongType(name, "a whole number is allowed")
            }
        case .json(let members):
            let value = members[index].value
            if value.isNull { return nil }
            guard value.kind == .integer else { throw .wrongType(name, "a whole number is allowed") }
            number = value.int64.flatMap { UInt64(exactly: $0) }
        }
        guard let number, range.contains(number) else {
            throw fault ?? .outOfRange(name, "\(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A truth value, as JSON has it or as clients print it: `true`, `True`, `1`, `false`, `False`, `0`; nil where there is none.
    mutating func flag(_ name: String) throws(CMQFault) -> Bool? {
        guard let index = find(name) else { return nil }
        switch source {
        case .form(let form):
            let text = form.buffer[form.pairs[index].value]
            if ASCIICase.equal(text, "true") || ASCIICase.equal(text, "1") { return true }
            if ASCIICase.equal(text, "false") || ASCIICase.equal(text, "0") { return false }
        case .json(let members):
            let value = members[index].value
            if value.isNull { return nil }
            if let flag = value.bool { return flag }
            if let number = value.int64, number == 0 || number == 1 { return number == 1 }
        }
        throw .wrongType(name, "true or false is allowed")
    }

    /// The index of a parameter, which counts as asked for from now on.
    mutating func find(_ name: String) -> Int? {
        if keepsAsked { askedNames.append(name) }
        let index: Int?
        switch source {
        case .form(let form): index = form.index(of: name)
        case .json(let members): index = members.firstIndex { $0.key == name }
        }
        if let index { use(index) }
        return index
    }

    /// Counts a parameter as asked for.
    mutating func use(_ index: Int) { used |= 1 << UInt64(index) }

    /// Remembers that a list of this name would be taken.
    mutating func noteList(_ name: String) {
        if keepsAsked { askedLists.append(name) }
    }

    /// Whether a parameter was asked for.
    func isUsed(_ index: Int) -> Bool { used & 1 << UInt64(index) != 0 }
}

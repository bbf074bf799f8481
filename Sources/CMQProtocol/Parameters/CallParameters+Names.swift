internal import MessageModel

/// Names, keys and tags, checked to the letter.
extension CallParameters {
    /// `queueName`, or another parameter that names a queue.
    mutating func queueName(_ parameter: String = "queueName") throws(CMQFault) -> EntityName {
        try Self.name(try required(spelled(parameter)), orElse: .queueName)
    }

    /// `topicName`.
    mutating func topicName() throws(CMQFault) -> EntityName {
        try Self.name(try required(spelled("topicName")), orElse: .topicName)
    }

    /// `subscriptionName`.
    mutating func subscriptionName() throws(CMQFault) -> EntityName {
        try Self.name(try required(spelled("subscriptionName")), orElse: .subscriptionName)
    }

    /// A name by the rule of ``MessageModel/EntityName``.
    static func name(_ text: ArraySlice<UInt8>, orElse fault: CMQFault) throws(CMQFault) -> EntityName {
        guard text.count <= Limits.nameByteCountMax else { throw fault }
        do { return try EntityName(String(decoding: text, as: UTF8.self)) } catch { throw fault }
    }

    /// Tags; blank ones are left out (`cmq-protocol.md` §13, row 32). Nil where there is none.
    ///
    /// - Parameter fault: what more than ``CMQLimits/tagCountMax`` are.
    mutating func tags(_ parameter: String, tooMany fault: CMQFault) throws(CMQFault) -> [MessageTag]? {
        guard let texts = try list(spelled(parameter), countMax: CMQLimits.parameterCountMax) else { return nil }
        var tags: [MessageTag] = []
        for text in texts where !text.isEmpty {
            guard tags.count < CMQLimits.tagCountMax else { throw fault }
            try Self.refuseMarks(text, of: spelled(parameter))
            if !isAPI3, text.count(where: { $0 & 0xC0 != 0x80 }) > CMQLimits.tagCharacterCountMax {
                throw .outOfRange(parameter, "at most \(CMQLimits.tagCharacterCountMax) characters")
            }
            do { tags.append(try MessageTag(String(decoding: text, as: UTF8.self))) } catch {
                throw .outOfRange(spelled(parameter), "at most \(Limits.tagByteCountMax) bytes")
            }
        }
        return tags.isEmpty ? nil : tags
    }

    /// `bindingKey`; blank ones are left out. Nil where there is none.
    mutating func bindingKeys() throws(CMQFault) -> [BindingKey]? {
        let parameter = spelled("bindingKey")
        guard let texts = try list(parameter, countMax: CMQLimits.parameterCountMax) else { return nil }
        var keys: [BindingKey] = []
        for text in texts where !text.isEmpty {
            guard keys.count < CMQLimits.tagCountMax else { throw .tooManyBindingKeys }
            try Self.checkKey(text, of: parameter)
            do { keys.append(try BindingKey(String(decoding: text, as: UTF8.self))) } catch { throw .tooManyWords }
        }
        return keys.isEmpty ? nil : keys
    }

    /// `routingKey`, which one client always sends, often blank.
    mutating func routingKey() throws(CMQFault) -> String {
        guard let text = try text("routingKey"), !text.isEmpty else { return "" }
        try Self.checkKey(text, of: "routingKey")
        return String(decoding: text, as: UTF8.self)
    }

    private static func checkKey(_ text: ArraySlice<UInt8>, of parameter: String) throws(CMQFault) {
        guard text.count <= Limits.routingKeyByteCountMax else {
            throw .outOfRange(parameter, "at most \(Limits.routingKeyByteCountMax) bytes")
        }
        guard text.count(where: { $0 == UInt8(ascii: ".") }) < Limits.routingKeyWordCountMax else {
            throw .tooManyWords
        }
        try refuseMarks(text, of: parameter)
    }

    /// Tags and keys have no control characters and no `&`: two tags must not sign like one (`reliability.md` rule 29).
    private static func refuseMarks(_ text: ArraySlice<UInt8>, of parameter: String) throws(CMQFault) {
        guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "&") }) else {
            throw .invalidValue(parameter, "& and control characters are not allowed")
        }
    }
}

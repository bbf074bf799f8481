extension JSONValue {
    /// The member of that name; nil when this is no object or has no such member.
    /// - Complexity: O(members): the objects met here are small, an index would cost more than it saves.
    public subscript(_ key: String) -> JSONValue? {
        let nodes = tape.nodes
        guard nodes[index].kind == .object else { return nil }
        let byteCount = key.utf8.count
        var cursor = index + 1
        let end = Int(nodes[index].next)
        while cursor < end {
            let node = nodes[cursor]
            // Names of another length are passed over without a look at their bytes.
            if node.hasEscapes || Int(node.end - node.start) == byteCount, holds(key, node) {
                return JSONValue(tape: tape, index: cursor + 1)
            }
            cursor = Int(nodes[cursor + 1].next)
        }
        return nil
    }

    /// The elements of an array in order; nil for other kinds.
    public var array: [JSONValue]? {
        guard node.kind == .array else { return nil }
        var elements: [JSONValue] = []
        var cursor = index + 1
        let end = Int(node.next)
        while cursor < end {
            elements.append(JSONValue(tape: tape, index: cursor))
            cursor = Int(tape.nodes[cursor].next)
        }
        return elements
    }

    /// The members of an object in document order; nil for other kinds.
    public var members: [(key: String, value: JSONValue)]? {
        guard node.kind == .object else { return nil }
        var list: [(key: String, value: JSONValue)] = []
        var cursor = index + 1
        let end = Int(node.next)
        while cursor < end {
            list.append((text(of: tape.nodes[cursor]), JSONValue(tape: tape, index: cursor + 1)))
            cursor = Int(tape.nodes[cursor + 1].next)
        }
        return list
    }
}

extension JSONReader {
    /// FNV-1a over the decoded name. Equal names have equal hashes; unequal names with equal hashes are compared.
    func keyHash(_ node: JSONNode) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        if node.hasEscapes {
            for byte in JSONEscapes.decode(bytes, from: Int(node.start), to: Int(node.end)) {
                hash = (hash ^ UInt32(byte)) &* 16_777_619
            }
        } else {
            for position in Int(node.start)..<Int(node.end) {
                hash = (hash ^ UInt32(bytes[position])) &* 16_777_619
            }
        }
        return hash
    }

    /// Throws when two members of a closed object have one name. The offset is that of the later name.
    func refuseDuplicateKeys(inObjectAt objectIndex: Int) throws(JSONError) {
        var count = 0
        var cursor = objectIndex + 1
        while cursor < nodes.count {
            count += 1
            cursor = Int(nodes[cursor + 1].next)
        }
        if count < 2 { return }
        if count <= Self.pairwiseMemberMax {
            try comparePairwise(from: objectIndex + 1)
        } else {
            try compareSorted(from: objectIndex + 1, count: count)
        }
    }

    private func comparePairwise(from first: Int) throws(JSONError) {
        var later = Int(nodes[first + 1].next)
        while later < nodes.count {
            var earlier = first
            while earlier < later {
                if nodes[earlier].keyHash == nodes[later].keyHash, decodedKey(earlier) == decodedKey(later) {
                    throw JSONError(.duplicateKey, byteOffset: Int(nodes[later].start))
                }
                earlier = Int(nodes[earlier + 1].next)
            }
            later = Int(nodes[later + 1].next)
        }
    }

    private func compareSorted(from first: Int, count: Int) throws(JSONError) {
        var names: [(hash: UInt32, key: ArraySlice<UInt8>, offset: Int)] = []
        names.reserveCapacity(count)
        var cursor = first
        while cursor < nodes.count {
            names.append((nodes[cursor].keyHash, decodedKey(cursor), Int(nodes[cursor].start)))
            cursor = Int(nodes[cursor + 1].next)
        }
        names.sort { left, right in
            left.hash != right.hash ? left.hash < right.hash : left.key.lexicographicallyPrecedes(right.key)
        }
        for index in 1..<names.count where names[index - 1].hash == names[index].hash {
            guard names[index - 1].key == names[index].key else { continue }
            throw JSONError(.duplicateKey, byteOffset: max(names[index - 1].offset, names[index].offset))
        }
    }

    private func decodedKey(_ index: Int) -> ArraySlice<UInt8> {
        let node = nodes[index]
        guard node.hasEscapes else { return bytes[Int(node.start)..<Int(node.end)] }
        return JSONEscapes.decode(bytes, from: Int(node.start), to: Int(node.end))[...]
    }
}

import Deflate
import Testing

@Suite struct GzipTests {
    private let text = Array((0..<20_000).map { "`2025-10-09 16:52:58,`line \($0 &* 7919),`SUCCESS\n" }.joined().utf8)

    private func unzip(_ bytes: [UInt8], part: Int, most: UInt64 = 1 << 30) throws -> [UInt8] {
        let stream = try GunzipStream(byteCountMax: most)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: part) {
            stream.feed(Array(bytes[start..<min(start + part, bytes.count)]))
            while let piece = try stream.next() {
                #expect(piece.count <= Gzip.pieceByteCount)
                output += piece
            }
        }
        try stream.finish()
        return output
    }

    @Test(arguments: [1, 7, 1_000, 65_536, 10_000_000]) func anyPartsGiveTheContentBack(part: Int) throws {
        let zipped = try Gzip.zipped(text)
        #expect(zipped.count < text.count / 4)
        #expect(try unzip(zipped, part: part) == text)
        #expect(try unzip(try Gzip.zipped([]), part: part) == [])
    }

    @Test func writtenInPartsIsTheSameContent() throws {
        let stream = try GzipStream()
        var zipped: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 999) {
            zipped += try stream.add(Array(text[start..<min(start + 999, text.count)]))
        }
        zipped += try stream.finish()
        #expect(try Gzip.unzipped(zipped, byteCountMax: 1 << 30) == text)
    }

    @Test func membersBehindOneAnotherAreOneContent() throws {
        let both = try Gzip.zipped(Array("one,".utf8)) + Gzip.zipped(Array("two".utf8))
        for part in [1, 5, both.count] { #expect(try unzip(both, part: part) == Array("one,two".utf8)) }
    }

    @Test func everyCutIsTruncatedAndWhatFollowsIsRefused() throws {
        let zipped = try Gzip.zipped(Array("a small content".utf8))
        for count in 0..<zipped.count {
            #expect(throws: GzipError.truncated) { try unzip(Array(zipped[..<count]), part: 3) }
        }
        #expect(throws: GzipError.malformed) { try unzip(zipped + [0, 1, 2, 3], part: 100) }
        #expect(throws: GzipError.malformed) { try unzip(Array("no gzip at all".utf8), part: 100) }
    }

    @Test func flippedBitsNeverGiveOtherContent() throws {
        let content = Array("a small content that is checked".utf8)
        let zipped = try Gzip.zipped(content)
        for index in 0..<zipped.count {
            for bit in 0..<8 {
                var damaged = zipped
                damaged[index] ^= 1 << bit
                // Name, time and system in the head are not part of the content.
                if let output = try? unzip(damaged, part: 50) { #expect(output == content) }
            }
        }
    }

    @Test func aBombIsRefusedEarly() throws {
        let bomb = try Gzip.zipped([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 100_000)
        #expect(throws: GzipError.ratio(max: Gzip.ratioMax)) { try unzip(bomb, part: 4_096) }
        #expect(throws: GzipError.tooLarge(byteCountMax: 1_000)) {
            try unzip(try Gzip.zipped(text), part: 4_096, most: 1_000)
        }
    }
}

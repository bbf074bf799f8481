import AccessControl
import Testing

@Suite struct AccessTokensTests {
    static let operatorToken = "operator-token-000000000001"
    static let gateToken = "gate-token-0000000000000001"

    @Test("a token grants its role, an operator also the gate, and everything else is denied")
    func roles() throws {
        let tokens = try AccessTokens([
            AccessTokens.Entry(role: .operator, token: Self.operatorToken),
            AccessTokens.Entry(role: .gate, sha256Hex: Hashes.hex(Hashes.sha256(Array(Self.gateToken.utf8)))),
        ])
        #expect(tokens.role(authorization: "Bearer " + Self.operatorToken) == .operator)
        #expect(tokens.role(authorization: "bearer " + Self.gateToken) == .gate)
        #expect(tokens.allows(.gate, authorization: "Bearer " + Self.gateToken))
        #expect(!tokens.allows(.operator, authorization: "Bearer " + Self.gateToken))
        #expect(tokens.allows(.gate, authorization: "Bearer " + Self.operatorToken))
        for header in [
            nil, "", "Bearer", "Bearer ", Self.gateToken, "Basic " + Self.gateToken, "Bearer  " + Self.gateToken,
            "Bearer " + Self.gateToken + "x", "Bearer " + Self.gateToken.dropLast(), "Bearer " + Self.gateToken + " ",
            "Bearer " + Self.gateToken.uppercased(), "Bearer " + String(repeating: "a", count: 100_000),
        ] as [String?] {
            #expect(tokens.role(authorization: header) == nil)
        }
    }

    @Test("without tokens nobody has access")
    func denyByDefault() throws {
        let tokens = try AccessTokens([])
        #expect(tokens.role(authorization: "Bearer " + Self.gateToken) == nil)
        #expect(!tokens.allows(.gate, authorization: nil))
    }

    @Test("two tokens per role may stand during a rotation, a third and a shared one may not")
    func rotation() throws {
        let made = try (0..<3).map { _ in
            try AccessTokens.Entry(role: .gate, token: AccessTokens.makeToken())
        }
        _ = try AccessTokens(Array(made[..<2]))
        #expect(throws: AccessTokenError.tokenCount(.gate, 3)) { try AccessTokens(made) }
        let shared = try AccessRole.allCases.map { try AccessTokens.Entry(role: $0, token: Self.gateToken) }
        #expect(throws: AccessTokenError.repeatedToken) { try AccessTokens(shared) }
    }

    @Test("weak tokens and hashes that are none are refused")
    func weakTokens() {
        for token in [
            "", "short", String(repeating: "a", count: 257), "has a space 00000000000000", "ünï0000000000000000000000",
        ] {
            #expect(throws: AccessTokenError.token(.gate)) { try AccessTokens.Entry(role: .gate, token: token) }
        }
        for hash in ["", "00", String(repeating: "g", count: 64), String(repeating: "0", count: 63)] {
            #expect(throws: AccessTokenError.hash(.gate)) { try AccessTokens.Entry(role: .gate, sha256Hex: hash) }
        }
    }

    @Test("hashes are the published ones and comparison looks at every byte")
    func hashes() {
        #expect(
            Hashes.hex(Hashes.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Hashes.hex(Hashes.hmacSHA256(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(Hashes.bytes(hex: "00ffAB") == [0, 255, 171])
        #expect(Hashes.bytes(hex: "0") == nil && Hashes.bytes(hex: "0g") == nil)
        #expect(ConstantTime.equal([], []) && ConstantTime.equal([1, 2], [1, 2]))
        #expect(
            !ConstantTime.equal([1, 2], [1, 3]) && !ConstantTime.equal([1, 2], [0, 2]) && !ConstantTime.equal([1], []))
        #expect(RandomBytes.make(count: 32) != RandomBytes.make(count: 32))
    }
}

import Testing

@testable import HTTPDataPlane

@Suite struct CertificateNameTests {
    @Test(
        "a certificate's name covers a host exactly or with one wildcard label",
        arguments: [
            ("a.example.com", "a.example.com", true), ("A.Example.com", "a.example.COM", true),
            ("*.example.com", "a.example.com", true), ("*.example.com", "example.com", false),
            ("*.example.com", "a.b.example.com", false), ("*.com", "example.com", false), ("*", "example.com", false),
            ("a*.example.com", "ab.example.com", false), ("*.*.com", "a.b.com", false),
            ("b.example.com", "a.example.com", false),
            ("", "a.example.com", false),
        ])
    func matching(pattern: String, host: String, expected: Bool) {
        #expect(CertificateName.matches(pattern: pattern, host: host) == expected)
    }
}

internal import NIOHTTP1

extension RequestRefusal {
    /// The refusal for an error of the codec; nil for errors of the connection, which get no answer.
    init?(decoderError error: any Error) {
        guard let error = error as? HTTPParserError else { return nil }
        switch error {
        case .headerOverflow: self = .headersTooLarge
        case .unexpectedContentLength, .invalidContentLength: self = .framingConflict
        case .invalidEOFState, .closedConnection: return nil
        default: self = .malformed
        }
    }
}

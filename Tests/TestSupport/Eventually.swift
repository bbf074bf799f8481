/// Waits until `condition` holds: for what a store does on its own threads after the call that caused it has returned.
///
/// What needs more than one commit goes on with the next millisecond of the store's clock: with `moving`, the clock is moved on meanwhile, by one
/// millisecond for every few looks.
///
/// - Returns: false where it did not come to hold in some thousand looks, so that a test fails instead of standing still.
public func eventually(
    moving time: ManualTimeSource? = nil, _ condition: () async throws -> Bool
) async throws -> Bool {
    for look in 0..<2_000 {
        if try await condition() { return true }
        if look % 4 == 3 { time?.advance(milliseconds: 1) }
        // Most of it is done within microseconds; a slow disk needs longer.
        if look < 50 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
    }
    return false
}
